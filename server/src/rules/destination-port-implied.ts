/** Destinations without a port, on hosts that have several: they work while the port that is dialled is one of them. */
import type { VirtualService } from '../manifest/types.ts';
import { lookupDestination } from '../mesh/destination-lookup.ts';
import { lookupGateway } from '../mesh/gateway-lookup.ts';
import { MESH_GATEWAY, resolveGatewayName } from '../mesh/gateway-names.ts';
import { resolveShortHost, serviceOfHost } from '../mesh/hosts.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { RouteRule } from '../mesh/virtual-service-rules.ts';
import type { Field, L4Match } from '../manifest/types.ts';
import { isRejected } from '../validate/judge.ts';
import type { Fix } from './finding.ts';
import type { MeshRule, Report } from './rule.ts';
import { message } from './shared/message.ts';
import { hostsOf, type RoutedDestination, routedDestinations } from './shared/route-destinations.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'destination-port-implied',
  title: 'Destination that leaves its port to chance',
  kind: 'fault',
  severity: 'hint',
  covers: ['IST0112'],
  subject: 'VirtualService',
  *check(subject, mesh) {
    // An empty `port` is rejected, and told.
    if (isRejected(subject.resource, subject.namespace, 'written')) return;
    for (const routed of routedDestinations(subject, mesh)) {
      const report = reportOn(subject, mesh, routed);
      if (report) yield report;
    }
  },
  page: {
    what: 'A destination names no port, and its host has several: calls go to the port that was dialled.',
    why: 'Without a port a destination means the only port of its host, else the port that was dialled (at a gateway: the number of its server). Where the host has that port too it works, until somebody dials another one.',
    symptom:
      'None while the dialled port is one of those. TLS origination sends plain HTTP to port 80; a port that is added later and that the destination lacks gives 503 NC.',
    remedy: 'Write `port.number`.',
    bad: `# -- gateway-service.yaml
apiVersion: v1
kind: Service
metadata: {name: egress, namespace: istio-egress}
spec:
  selector: {istio: egressgateway}
  ports:
    - {name: http, port: 80, targetPort: 8080}
    - {name: https, port: 443, targetPort: 8443}
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  http:
    - match:
        - port: 80
      route:
        - destination: {host: egress.istio-egress.svc.cluster.local}
`,
    good: `# -- gateway-service.yaml
apiVersion: v1
kind: Service
metadata: {name: egress, namespace: istio-egress}
spec:
  selector: {istio: egressgateway}
  ports:
    - {name: http, port: 80, targetPort: 8080}
    - {name: https, port: 443, targetPort: 8443}
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  http:
    - match:
        - port: 80
      route:
        - destination: {host: egress.istio-egress.svc.cluster.local, port: {number: 80}}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0112/',
      'istio/istio: pilot/pkg/networking/core/route/route.go (GetDestinationCluster)',
    ],
  },
};

function reportOn(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  routed: RoutedDestination,
): Report | undefined {
  if (routed.destination.port) return undefined;
  const lookup = lookupDestination(mesh, routed.written, subject.namespace, hostsOf(subject));
  if (lookup.status !== 'found' || lookup.declared?.source === 'standard') return undefined;
  const owners = [...lookup.services, ...lookup.entries];
  if (owners.some((each) => each.resource.templated || each.resource.broken || isAmbiguous(each, mesh)))
    return undefined;
  const ports = lookup.declared?.ports.map((each) => each.port) ?? owners.flatMap(portsOf);
  const known = [...new Set(ports.flatMap((each) => each ?? []))].sort((a, b) => a - b);
  if (ports.includes(undefined) || known.length < 2) return undefined;
  const dialled = dialledPorts(subject, mesh, routed);
  const lacking = dialled?.filter((each) => !known.includes(each)) ?? [];
  const list = known.slice(0, 4).join(', ');
  const [only, ...others] = dialled ?? [];
  // Where no dialled port is one of them, calls fail: they tell of it.
  if (lacking.length > 0 && lacking.length === dialled?.length) return undefined;
  const fixes = only !== undefined && others.length === 0 ? [addPort(subject, routed, only)] : [];
  return {
    range: routed.host.range,
    message: message(
      `\`${routed.written}\` has the ports ${list}; without one it means the port that was dialled.`,
      '',
      `Write the port${only !== undefined && others.length === 0 ? `: ${only}` : ''}.`,
    ),
    related: owners.map(placeOfPorts),
    fixes,
  };
}

function addPort({ path }: MeshObject, { destination }: RoutedDestination, port: number): Fix {
  return {
    title: `Add port ${port}`,
    preferred: true,
    safety: 'safe',
    edits: [{ path, edit: { kind: 'set-key', range: destination.range, key: 'port', value: { number: port } } }],
  };
}

/** The ports that calls arrive at where the rule acts; undefined where nothing tells. */
function dialledPorts(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  { rule: { matches, block }, acting }: RoutedDestination,
): readonly number[] | undefined {
  const matched = (matches as readonly L4Match[]).map((each) => each.port?.value);
  if (matches.length > 0 && matched.every((each) => each !== undefined))
    return [...new Set(matched.flatMap((each) => each ?? []))];
  const result = new Set<number>();
  for (const key of acting) {
    const ports = key === MESH_GATEWAY ? portsOfHosts(subject, mesh, block) : portsOfGateway(subject, mesh, key);
    if (!ports) return undefined;
    for (const each of ports) result.add(each);
  }
  return result.size > 0 ? [...result] : undefined;
}

/** Where nothing declares a host, http rules are for port 80, and tls rules mostly for 443. */
function portsOfHosts(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  block: RouteRule['block'],
): readonly number[] | undefined {
  const { clusterDomain } = mesh.settings;
  const owners = hostsOf(subject).flatMap((each): readonly MeshObject[] => {
    const full = resolveShortHost(each, subject.namespace, clusterDomain);
    const service = full === undefined ? undefined : serviceOfHost(full, clusterDomain);
    if (service) return mesh.named('Service', service.namespace, service.name);
    return mesh.hosting('ServiceEntry', each);
  });
  const ports = owners.flatMap(portsOf);
  if (ports.includes(undefined)) return undefined;
  if (ports.length > 0) return ports.flatMap((each) => each ?? []);
  return block === 'http' ? [80] : block === 'tls' ? [443] : undefined;
}

function portsOfGateway(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  key: string,
): readonly number[] | undefined {
  const lookup = lookupGateway(mesh, resolveGatewayName(key, subject.namespace), subject.namespace);
  if (lookup.status !== 'found') return undefined;
  const servers = lookup.gateway.resource.servers?.items ?? [];
  const numbers = servers.map((each) => each.port?.number?.value);
  return numbers.includes(undefined) ? undefined : numbers.flatMap((each) => each ?? []);
}

function portsOf({ resource }: MeshObject): readonly (number | undefined)[] {
  const numbers: readonly (Field<number> | undefined)[] =
    resource.kind === 'Service'
      ? (resource.ports?.items ?? []).map((each) => each.port)
      : resource.kind === 'ServiceEntry'
        ? (resource.ports?.items ?? []).map((each) => each.number)
        : [];
  return numbers.map((each) => each?.value);
}

function placeOfPorts({ resource, path }: MeshObject) {
  const ports = resource.kind === 'Service' || resource.kind === 'ServiceEntry' ? resource.ports : undefined;
  return { path, range: (ports ?? resource.name).range, message: 'Its ports.' };
}

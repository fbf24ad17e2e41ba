/** A destination port that the host does not have. */
import type { VirtualService } from '../manifest/types.ts';
import { lookupDestination } from '../mesh/destination-lookup.ts';
import { lookupGateway } from '../mesh/gateway-lookup.ts';
import { MESH_GATEWAY, resolveGatewayName } from '../mesh/gateway-names.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { isHttp, isTls, parseProtocol } from '../mesh/protocol.ts';
import type { Range } from '../yaml/nodes.ts';
import type { Fix, Related } from './finding.ts';
import type { MeshRule, Report } from './rule.ts';
import { message } from './shared/message.ts';
import { hostsOf, type RoutedDestination, routedDestinations } from './shared/route-destinations.ts';
import { gatewayWord, proxiesOf, withoutCluster } from './shared/route-words.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'destination-port-not-found',
  title: 'Destination port not found',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0101', 'KIA1101'],
  subject: 'VirtualService',
  accountsFor: ['no-cluster'],
  *check(subject, mesh) {
    for (const routed of routedDestinations(subject, mesh)) {
      const report = reportOn(subject, mesh, routed);
      if (report) yield report;
    }
  },
  page: {
    what: 'A route sends to a port that the Service or ServiceEntry does not have.',
    why: 'Istio makes one cluster for each port of a Service, and for each port and host of a ServiceEntry. `port.number` of a destination is the port of the Service (not its target port).',
    symptom:
      'The proxy has a route to a cluster that does not exist: 503 with the response flag NC (HTTP), or the connection is closed (TLS, TCP).',
    remedy: 'Use a port that is there, or add the port to the Service or ServiceEntry.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  tls:
    - match:
        - {port: 443, sniHosts: [api.example.com]}
      route:
        - destination: {host: api.example.com, port: {number: 8443}}
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  tls:
    - match:
        - {port: 443, sniHosts: [api.example.com]}
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`,
    sources: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination'],
  },
};

/** The port for its status is in every gateway's Service, and nobody means it. */
const STATUS_PORT = 15021;

function reportOn(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  routed: RoutedDestination,
): Report | undefined {
  const port = routed.destination.port;
  if (port?.value === undefined) return undefined;
  const lookup = lookupDestination(mesh, routed.written, subject.namespace, hostsOf(subject));
  if (lookup.status !== 'found') return undefined;
  const owners = [...lookup.services, ...lookup.entries];
  if (owners.some((each) => isUnsure(each, mesh))) return undefined;
  // The ports of a standard install are an assumption: what it lacks may have been added.
  if (lookup.declared?.source === 'standard') return undefined;
  const ports = lookup.declared?.ports.map((each) => each.port) ?? owners.flatMap(portsOf);
  // Gateways go by what an ExternalName Service means, whichever ports it has; sidecars know a Service by its ports alone.
  const isKnownByPort = routed.acting.every((each) => each === MESH_GATEWAY);
  if (ports.length === 0 && (lookup.declared || (lookup.services.length > 0 && !isKnownByPort))) return undefined;
  if (ports.some((each) => each === undefined) || ports.includes(port.value)) return undefined;
  const all = [...new Set(ports.flatMap((each) => each ?? []))].sort((a, b) => a - b);
  const useful = all.filter((each) => each !== STATUS_PORT);
  const known = useful.length > 0 ? useful : all;
  const [only, ...others] = all;
  const isOnly = known.length === 1;
  const canUse =
    only !== undefined && others.length === 0 && isSame(routed, subject, mesh, { written: port.value, only }, owners);
  const isLacking = lookup.services.length > 0 && isOpened(subject, mesh, port.value);
  const remedy = canUse
    ? `Use ${only}.`
    : isLacking
      ? `Add port ${port.value} to the Service.`
      : isOnly
        ? 'Add the port, or use that one.'
        : remedyFor(known, port.value);
  const symptom = `${withoutCluster(routed.rule)} ${proxiesOf(routed.acting, gatewayWord(subject, mesh))}`;
  return {
    range: port.range,
    severity: sure(mesh, 'error'),
    message: message(
      `${symptom}: \`${routed.written}\` has no port${known.length > 0 ? ` ${port.value}, but ${known.join(', ')}` : ''}.`,
      '',
      remedy,
    ),
    related: owners.map(whereItsPortsAre),
    fixes: canUse ? [useOnly(subject.path, port.range, only)] : [],
  };
}

/**
 * Whether the only port may stand for the one that is written. What is declared for other bytes is another port; and a port that a Gateway of the route opens is
 * what the Service lacks.
 */
function isSame(
  { rule }: RoutedDestination,
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  { written, only }: { readonly written: number; readonly only: number },
  owners: readonly MeshObject[],
): boolean {
  return owners.every(({ resource }) => {
    if (resource.kind === 'Service') return !isOpened(subject, mesh, written);
    if (resource.kind !== 'ServiceEntry') return false;
    const declared = resource.ports?.items.find((each) => each.number?.value === only)?.protocol?.value;
    const protocol = parseProtocol(declared);
    if (protocol === 'sniffed') return true;
    // Plain HTTP on the port of HTTPS is another mistake.
    if (rule.block === 'http') return isHttp(protocol) && only !== 443;
    return rule.block === 'tls' ? isTls(protocol) : !isHttp(protocol);
  });
}

/** By a Gateway of the VirtualService, or of another one for its hosts, which may hold the leg of the gateway. */
function isOpened(subject: MeshObject<VirtualService>, mesh: MeshReader, port: number): boolean {
  const routes = [subject, ...hostsOf(subject).flatMap((each) => mesh.hosting('VirtualService', each))];
  return routes.some(({ resource, namespace }) =>
    resource.gateways?.items.some(({ value }) => {
      if (value === undefined || value === MESH_GATEWAY) return false;
      const lookup = lookupGateway(mesh, resolveGatewayName(value, namespace), namespace);
      if (lookup.status !== 'found') return false;
      return lookup.gateway.resource.servers?.items.some((each) => each.port?.number?.value === port);
    }),
  );
}

function remedyFor(known: readonly number[], port: number): string {
  return known.length > 0 ? 'Use one of those, or add it.' : `Add port ${port}.`;
}

function portsOf({ resource }: MeshObject): readonly (number | undefined)[] {
  if (resource.kind === 'Service') return (resource.ports?.items ?? []).map((each) => each.port?.value);
  if (resource.kind === 'ServiceEntry') return (resource.ports?.items ?? []).map((each) => each.number?.value);
  return [];
}

function isUnsure(object: MeshObject, mesh: MeshReader): boolean {
  return object.resource.templated || object.resource.broken || isAmbiguous(object, mesh);
}

function whereItsPortsAre({ resource, path }: MeshObject): Related {
  const ports = resource.kind === 'Service' || resource.kind === 'ServiceEntry' ? resource.ports : undefined;
  return { path, range: (ports ?? resource.name).range, message: 'Its ports.' };
}

function useOnly(path: string, range: Range, port: number): Fix {
  return {
    title: `Use port ${port}`,
    preferred: true,
    safety: 'safe',
    edits: [{ path, edit: { kind: 'replace-scalar', range, value: port } }],
  };
}

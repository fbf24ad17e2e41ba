/** A destination port that the host does not have. */
import type { VirtualService } from '../manifest/types.ts';
import { lookupDestination } from '../mesh/destination-lookup.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
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
  if (ports.length === 0 || ports.some((each) => each === undefined) || ports.includes(port.value)) return undefined;
  const known = [...new Set(ports.flatMap((each) => each ?? []))].sort((a, b) => a - b);
  const [only, ...others] = known;
  const remedy = only !== undefined && others.length === 0 ? `Use ${only}.` : 'Use one of those, or add it.';
  const symptom = `${withoutCluster(routed.rule)} ${proxiesOf(routed.acting, gatewayWord(subject, mesh))}`;
  return {
    range: port.range,
    severity: sure(mesh, 'error'),
    message: message(
      `${symptom}: \`${routed.written}\` has no port ${port.value}, but ${known.join(', ')}.`,
      '',
      remedy,
    ),
    related: owners.map(whereItsPortsAre),
    fixes: only !== undefined && others.length === 0 ? [useOnly(subject.path, port.range, only)] : [],
  };
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

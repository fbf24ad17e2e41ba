/** A `tcp` rule of a gateway that another one comes before: a server uses one alone. */
import type { Gateway, GatewayServer, VirtualService } from '../manifest/types.ts';
import { lookupGateway } from '../mesh/gateway-lookup.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { hostsOverlap, resolveShortHost, serviceOfHost } from '../mesh/hosts.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { serverHost, takesNamespace } from '../mesh/server-hosts.ts';
import { type RouteRule, rulesOf } from '../mesh/virtual-service-rules.ts';
import type { Report, MeshRule } from './rule.ts';
import { listedGateways } from './shared/gateway-uses.ts';
import { message, qualified } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'tcp-rule-shadowed',
  title: 'tcp rule after another one',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'VirtualService',
  *check(subject, mesh) {
    if (!subject.resource.tcp || isAmbiguous(subject, mesh)) return;
    for (const { key, gateway } of listedGateways(subject)) {
      if (key === MESH_GATEWAY) continue;
      const lookup = lookupGateway(mesh, gateway, subject.namespace);
      if (lookup.status !== 'found' || isAmbiguous(lookup.gateway, mesh)) continue;
      for (const server of lookup.gateway.resource.servers?.items ?? []) {
        if (readsTcp(server)) yield* shadowed(subject, mesh, key, lookup.gateway, server);
      }
    }
  },
  page: {
    what: 'A server of a Gateway that takes `tcp` rules has more than one: all its connections follow the first.',
    why: 'On a TCP server, and on a TLS server that ends TLS (ISTIO_MUTUAL), nothing is left to tell connections apart by: the first `tcp` rule that is for the Gateway and the port takes them all, over all VirtualServices in the order of their age. The server name of the application is inside the tunnel.',
    symptom:
      'All hosts of the server end at the destination of the first: wrong certificates, wrong answers, no error at the gateway.',
    remedy:
      'Give every host a server of its own: with ISTIO_MUTUAL one server for each host on the same port, a Gateway for each, and a DestinationRule subset with its `sni`.',
    bad: example('[a.example.com, b.example.com]', 'egress', ''),
    good: example(
      '[a.example.com]',
      'egress-b',
      `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress-b
  namespace: istio-egress
spec:
  selector:
    istio: egress
  servers:
    - port: {number: 443, name: tls-b, protocol: TLS}
      hosts: [b.example.com]
      tls: {mode: ISTIO_MUTUAL}
`,
    ),
    sources: ['istio/istio: pilot/pkg/networking/core/gateway.go'],
  },
};

interface Candidate {
  readonly route: MeshObject<VirtualService>;
  readonly rule: RouteRule;
}

/** Rules of the subject after one that goes elsewhere; age is not in YAML, so the order is told only where names decide within one VirtualService. */
function* shadowed(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  key: string,
  gateway: MeshObject<Gateway>,
  server: GatewayServer,
): Iterable<Report> {
  const { clusterDomain } = mesh.settings;
  const goesOut = ({ route, rule: each }: Candidate) =>
    each.destinations.every(({ destination }) => {
      const host = resolveShortHost(destination?.host?.value ?? '', route.namespace, clusterDomain);
      return host !== undefined && !serviceOfHost(host, clusterDomain);
    });
  // A rule that leads to the gateway itself is another mistake.
  const own = candidates(subject, key, server, gateway).filter(goesOut);
  const others = mesh
    .boundTo(key)
    .filter((each) => each !== subject && comesBefore(each, subject) && isPublic(each))
    .flatMap((each) => candidates(each, key, server, gateway))
    .filter(goesOut);
  const [first] = [...others, ...own];
  if (!first) return;
  for (const each of own) {
    if (each === first || destinationText(each) === destinationText(first)) continue;
    const named = each.route === first.route ? 'the rule before it' : `VirtualService \`${titleOf(first.route)}\``;
    const age = each.route === first.route ? '' : ' (or the older one)';
    yield {
      range: each.rule.range,
      severity: sure(mesh, 'error'),
      message: message(
        `To the wrong host at the gateway: server ${server.port?.number?.value ?? ''} uses one \`tcp\` rule alone, that of ${named}${age}.`.replace(
          'that of the rule before it',
          'the one before it',
        ),
        '',
        'Give each host a server and Gateway of its own.',
      ),
      related: [{ path: first.route.path, range: first.rule.range, message: 'The rule that takes all connections.' }],
    };
    return;
  }
}

/** Whether every gateway sees it. */
function isPublic({ resource }: MeshObject<VirtualService>): boolean {
  const items = resource.exportTo?.items ?? [];
  return items.length === 0 || items.some(({ value }) => value === '*');
}

function comesBefore(a: MeshObject<VirtualService>, b: MeshObject<VirtualService>): boolean {
  return titleInOrder(a) < titleInOrder(b);
}

function titleInOrder({ resource, namespace }: MeshObject<VirtualService>): string {
  return `${resource.name.value ?? ''} ${namespace ?? ''}`;
}

function titleOf({ resource, namespace }: MeshObject<VirtualService>): string {
  return qualified(namespace, resource.name.value ?? '');
}

function candidates(
  route: MeshObject<VirtualService>,
  key: string,
  server: GatewayServer,
  gateway: MeshObject<Gateway>,
): readonly Candidate[] {
  const hosts = (server.hosts?.items ?? []).flatMap((each) => serverHost(each, gateway.namespace) ?? []);
  const own = (route.resource.hosts?.items ?? []).flatMap((each) => each.value ?? []);
  const shared = hosts.some(
    (host) => takesNamespace(host, route.namespace) && own.some((each) => hostsOverlap(host.host, each)),
  );
  if (!shared) return [];
  const written = route.resource.tcp?.items ?? [];
  return rulesOf(route)
    .filter((rule) => rule.block === 'tcp' && rule.gateways.has(key) && rule.destinations.length > 0)
    .filter((rule) => {
      const matches = written.find((each) => each.range.start === rule.range.start)?.match?.items ?? [];
      return (
        matches.length === 0 ||
        matches.some((each) => each.port === undefined || each.port.value === server.port?.number?.value)
      );
    })
    .map((rule) => ({ route, rule }));
}

function destinationText({ rule }: Candidate): string {
  return rule.destinations
    .map(({ destination }) => `${destination?.host?.value}:${destination?.port?.value}:${destination?.subset?.value}`)
    .join();
}

/** TCP, and TLS that ends here. */
function readsTcp({ port, tls }: GatewayServer): boolean {
  const protocol = port?.protocol?.value?.toUpperCase();
  const mode = tls?.mode?.value;
  if (protocol === 'TCP') return true;
  return protocol === 'TLS' && (mode === 'ISTIO_MUTUAL' || mode === 'SIMPLE' || mode === 'MUTUAL');
}

function example(hosts: string, gateway: string, more: string): string {
  return `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-egress
spec:
  selector:
    istio: egress
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      hosts: ${hosts}
      tls: {mode: ISTIO_MUTUAL}
${more}# -- a.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: a
  namespace: istio-egress
spec:
  hosts: [a.example.com]
  gateways: [egress]
  tcp:
    - match:
        - port: 443
      route:
        - destination: {host: a.example.com, port: {number: 443}}
# -- b.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: b
  namespace: istio-egress
spec:
  hosts: [b.example.com]
  gateways: [${gateway}]
  tcp:
    - match:
        - port: 443
      route:
        - destination: {host: b.example.com, port: {number: 443}}
`;
}

/** Ports of a host that goes through an egress gateway by its other ports. */
import type {
  Field,
  K8sRoute,
  K8sRouteRule,
  L4Match,
  ObjectReference,
  ServiceEntry,
  ServiceEntryPort,
  VirtualService,
} from '../manifest/types.ts';
import { defaultExportTo } from '../mesh/export-defaults.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { resolveShortHost, serviceOfHost, wildcardsOver } from '../mesh/hosts.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { boundGateways, type RouteRule, rulesOnce } from '../mesh/virtual-service-rules.ts';
import { isHttp, isTls, parseProtocol } from '../mesh/protocol.ts';
import { visibleTo } from '../mesh/visibility.ts';
import { backendKind, parentOf } from '../mesh/route-references.ts';
import type { Location } from './finding.ts';
import type { MeshRule } from './rule.ts';
import { message } from './shared/message.ts';

export const rule: MeshRule<'ServiceEntry'> = {
  code: 'port-not-routed',
  title: 'Port that goes past the egress gateway',
  kind: 'fault',
  severity: 'information',
  covers: [],
  subject: 'ServiceEntry',
  *check(subject, mesh) {
    const [host, ...others] = subject.resource.hosts?.items ?? [];
    const name = host?.value;
    // Several hosts share the ports, and need not share the routes.
    if (name === undefined || others.length > 0 || name.startsWith('*') || isAmbiguous(subject, mesh)) return;
    if ((subject.resource.ports?.items.length ?? 0) < 2) return;
    const rules = rulesFor([name], mesh);
    const api = apiRoutesFor(subject, name, mesh);
    if (!rules || !api) return;
    const leg = placeOfLeg(
      rules.filter(({ route }) => isForOthers(route, subject, mesh)),
      api,
      mesh,
    );
    if (!leg) return;
    for (const port of subject.resource.ports?.items ?? []) {
      const number = port.number?.value;
      if (number === undefined || !isRoutable(port) || isSentTo(rules, name, number)) continue;
      if (rules.some(({ rule }) => takes(rule, port, number))) continue;
      if (api.some((each) => isForPort(each, port, number) || isSentByApi(each, name, number))) continue;
      const wider = rulesFor(wildcardsOver(name), mesh);
      if (!wider || wider.some(({ rule }) => takes(rule, port, number))) continue;
      yield {
        range: port.number?.range ?? port.range,
        message: message(
          `Calls to port ${number} of \`${name}\` go straight out: no rule takes them, and its other ports go through the egress gateway.`,
          '',
          'Add a rule for the port, or leave the port out.',
        ),
        related: [{ ...leg, message: 'Sends another port to the gateway.' }],
      };
    }
  },
  page: {
    what: 'A host goes through an egress gateway by one port, and no rule is for another port that its ServiceEntry declares.',
    why: 'Rules are for ports and protocols: an `http` rule or an HTTPRoute takes no TLS, and a rule for port 80 takes nothing that is sent to 443. What no rule takes, sidecars send straight to the host.',
    symptom: 'Calls to `http://` are in the log of the egress gateway, calls to `https://` are not, and both succeed.',
    remedy:
      'Add a `tls` rule (or `http`, `tcp`; of Gateway API a TLSRoute) for the port, with both legs; or take the port out of the ServiceEntry.',
    bad: example(`
    - {number: 80, name: http, protocol: HTTP}
    - {number: 443, name: tls, protocol: TLS}`),
    good: example(`
    - {number: 80, name: http, protocol: HTTP}`),
    sources: [
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/#egress-gateway-for-https-traffic',
    ],
  },
};

interface RoutedRule {
  readonly rule: RouteRule;
  readonly route: MeshObject<VirtualService>;
}

/** The rules of all VirtualServices for these hosts; undefined where one of them is not known. */
function rulesFor(hosts: readonly string[], mesh: MeshReader): readonly RoutedRule[] | undefined {
  const routes = hosts.flatMap((each) => mesh.hosting('VirtualService', each));
  if (routes.some((each) => each.resource.templated || isAmbiguous(each, mesh))) return undefined;
  return routes.flatMap((route) => rulesOnce(mesh, route).map((rule) => ({ rule, route })));
}

/** Whether sidecars elsewhere than in the route's own namespace use it; that of the ServiceEntry stands for those whose namespace nobody wrote. */
function isForOthers(
  { resource, namespace }: MeshObject<VirtualService>,
  entry: MeshObject<ServiceEntry>,
  mesh: MeshReader,
): boolean {
  const defaults = defaultExportTo(mesh, 'VirtualService');
  if (visibleTo(resource.exportTo, namespace, entry.namespace, defaults) === 'visible') return true;
  return resource.exportTo?.items.some(({ value }) => value !== '.' && value !== '~' && value !== namespace) ?? false;
}

/** Whether a rule of sidecars sends to a Service of the cluster: the leg to a gateway. */
function sendsToService(rule: RouteRule, route: MeshObject<VirtualService>, { settings }: MeshReader): boolean {
  if (!actsInSidecars(rule, route)) return false;
  return rule.destinations.some(({ destination }) => {
    const host = destination?.host?.value;
    const full = host === undefined ? undefined : resolveShortHost(host, route.namespace, settings.clusterDomain);
    return full !== undefined && serviceOfHost(full, settings.clusterDomain) !== undefined;
  });
}

/** A route of Gateway API that has to do with the host, and where it names the ServiceEntry as its parent. */
interface ApiRouted {
  readonly route: MeshObject<K8sRoute>;
  readonly parents: readonly ObjectReference[];
}

/** Undefined where one of them is not known. */
function apiRoutesFor(
  { resource, namespace }: MeshObject<ServiceEntry>,
  host: string,
  mesh: MeshReader,
): readonly ApiRouted[] | undefined {
  const name = resource.name.value;
  const attached = name === undefined ? [] : mesh.parented('ServiceEntry', namespace, name);
  const named = [...mesh.hosting('HTTPRoute', host), ...mesh.hosting('TLSRoute', host)];
  const routes = [...new Set([...attached, ...mesh.backedBy(host), ...named])];
  if (routes.some((each) => each.resource.templated || isAmbiguous(each, mesh))) return undefined;
  return routes.map((route) => ({
    route,
    parents: (route.resource.parentRefs?.items ?? []).filter((each) => {
      const parent = parentOf(each, route.namespace);
      return parent?.kind === 'ServiceEntry' && parent.namespace === namespace && parent.name === name;
    }),
  }));
}

function placeOfLeg(rules: readonly RoutedRule[], api: readonly ApiRouted[], mesh: MeshReader): Location | undefined {
  const leg = rules.find(({ rule, route }) => sendsToService(rule, route, mesh));
  if (leg) return { path: leg.route.path, range: leg.rule.range };
  for (const { route, parents } of api) {
    const rule = parents.length > 0 ? route.resource.rules?.items.find(sendsToServiceOfApi) : undefined;
    if (rule) return { path: route.path, range: rule.range };
  }
  return undefined;
}

function sendsToServiceOfApi({ backendRefs }: K8sRouteRule): boolean {
  return backendRefs?.items.some((each) => backendKind(each) === 'Service') ?? false;
}

/** A route of the wrong kind for a port that it names is another mistake: somebody thought of the port. */
function isForPort({ route, parents }: ApiRouted, { protocol }: ServiceEntryPort, number: number): boolean {
  const reads = isTls(parseProtocol(protocol?.value))
    ? ['TLSRoute', 'TCPRoute']
    : ['HTTPRoute', 'GRPCRoute', 'TCPRoute'];
  return parents.some(({ port }) => (port ? isOrMayBe(port, number) : reads.includes(route.resource.kind)));
}

/** A backend of the wrong kind is another mistake. */
function isSentByApi({ route }: ApiRouted, host: string, port: number): boolean {
  return (route.resource.rules?.items ?? []).some(({ backendRefs }) =>
    backendRefs?.items.some((each) => each.name?.value === host && each.port && isOrMayBe(each.port, port)),
  );
}

function actsInSidecars(rule: RouteRule, route: MeshObject<VirtualService>): boolean {
  return boundGateways(route).has(MESH_GATEWAY) && rule.gateways.has(MESH_GATEWAY);
}

function isRoutable({ protocol }: ServiceEntryPort): boolean {
  const parsed = parseProtocol(protocol?.value);
  return protocol?.value !== undefined && (isHttp(parsed) || isTls(parsed));
}

/** A port that rules send to may be declared for the gateway alone. Without a port it is the one that is called. */
function isSentTo(rules: readonly RoutedRule[], host: string, port: number): boolean {
  return rules.some(({ rule }) =>
    rule.destinations.some(({ destination }) => {
      if (destination?.host?.value !== host) return false;
      return destination.port === undefined ? mayBeCalled(rule, port) : isOrMayBe(destination.port, port);
    }),
  );
}

function mayBeCalled({ matches }: RouteRule, port: number): boolean {
  return matches.length === 0 || matches.some((each) => each.port === undefined || isOrMayBe(each.port, port));
}

function isOrMayBe({ value }: Field<number>, port: number): boolean {
  return value === undefined || value === port;
}

function takes({ block, gateways, matches }: RouteRule, { protocol }: ServiceEntryPort, port: number): boolean {
  if (!gateways.has(MESH_GATEWAY)) return false;
  const wanted = isTls(parseProtocol(protocol?.value)) ? 'tls' : 'http';
  // Rules of the wrong block are another mistake: somebody thought of the port.
  const asked = (matches as readonly L4Match[]).flatMap((each) => each.port ?? []);
  if (asked.some((each) => each.value === undefined || each.value === port)) return true;
  return block === wanted && asked.length < Math.max(matches.length, 1);
}

function example(ports: string): string {
  return `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  ports:${ports}
  resolution: DNS
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-system/egress]
  http:
    - match:
        - {gateways: [mesh], port: 80}
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - {gateways: [istio-system/egress], port: 80}
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`;
}

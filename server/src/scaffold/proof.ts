/** The proof of a plan: calls followed with it applied, and compared with those before. */
import type { ServiceEntry } from '../manifest/types.ts';
import { declaredAddress } from '../calls/address.ts';
import { declaredClients, declaredNamespaces, isGatewayNamespace } from '../calls/clients.ts';
import { type Ending, endingsOf } from '../calls/endings.ts';
import { endText } from './words.ts';
import { callTargets, callTo, type Target } from '../calls/targets.ts';
import { wildcardsOver } from '../mesh/hosts.ts';
import type { MeshReader } from '../mesh/mesh.ts';
import { gatewayOf } from '../calls/proxies.ts';
import { parseClusterName, PASSTHROUGH_CLUSTER } from '../trace/cluster-names.ts';
import { type Plane, selects } from '../trace/plane.ts';
import { gatewayPods } from '../trace/pods.ts';
import { servicesOfHost } from '../trace/registry.ts';
import { podsBehind } from '../trace/pods.ts';
import type { Tracer } from '../trace/tracer.ts';
import type { Call } from '../trace/types.ts';
import { NOBODYS_NAMESPACE } from '../calls/callers.ts';
import type { GatewayInstall } from './gateways.ts';
import type { Audience } from './request.ts';
import type { RouteShape } from './shape.ts';
import type { Steps } from './steps.ts';
import type { World } from './world.ts';
import { workloadsIn } from '../mesh/workloads.ts';

/** What a route has to do, wherever it is written. */
export interface Claim {
  readonly shape: RouteShape;
  readonly install: GatewayInstall | undefined;
  readonly mutualHop: boolean;
}

export interface Outcome {
  readonly from: string;
  readonly call: Call;
  /** Why the call does not do what the claim says; undefined where it does. */
  readonly failure: string | undefined;
  /** For example `through istio-system/istio-egressgateway to api.example.com:443`. */
  readonly text: string;
}

/** Follows the route's calls from a namespace. */
export function outcomesFrom(tracer: Tracer, claim: Claim, namespace: string): readonly Outcome[] {
  return callsOf(tracer, claim, namespace).map((call) => {
    const endings = endingsOf(tracer.trace(call));
    const failure =
      endings.length === 0
        ? 'it ends nowhere'
        : endings.map((each) => failureOf(tracer, claim, call, each)).find(Boolean);
    const [first] = endings;
    const target = first?.cluster ? parseClusterName(first.cluster.name) : undefined;
    const where = target ? ` to ${target.host}:${target.port}` : '';
    return { from: namespace, call, failure, text: first ? `${endText(first)}${where}` : 'nowhere' };
  });
}

/** A host whose ServiceEntry has addresses is called at the first of them. */
function callsOf(tracer: Tracer, { shape }: Claim, namespace: string): readonly Call[] {
  const plane = tracer.plane();
  return shape.calls.map((each) => {
    const call: Call = { from: { namespace }, ...each };
    const address = declaredAddress(plane, call);
    return address === undefined ? call : { ...call, address };
  });
}

function failureOf(
  tracer: Tracer,
  { shape, install, mutualHop }: Claim,
  call: Call,
  ending: Ending,
): string | undefined {
  const { cluster, hops, kind } = ending;
  const target = parseClusterName(cluster?.name ?? '');
  const outside = kind === 'external' || (kind === 'original-destination' && !install);
  if (!outside || !target || cluster?.name === PASSTHROUGH_CLUSTER) return endText(ending);
  if (install) {
    const pods = proxiesOf(tracer, install);
    const through = hops.length === 2 && hops[1] && pods.includes(hops[1].proxy);
    if (!through) return endText(ending);
    if (mutualHop && !hops[1]?.received[0]?.startsWith('mtls')) return 'without mutual TLS between sidecar and gateway';
    const { to } = shape.gateway?.legs ?? { to: undefined };
    if (to && (target.host !== to.host || target.port !== to.port)) return `to ${target.host}:${target.port}`;
  } else if (target.host !== call.host && kind !== 'original-destination') return `to ${target.host}:${target.port}`;
  const wire = shape.wire(call.host);
  const seen = cluster?.end?.wire ?? [];
  if (seen.join() !== wire.join()) return `the far side gets ${seen.join(', ')} instead of ${wire.join(', ')}`;
  const mode = shape.origination ? (shape.origination.mode === 'MUTUAL' ? 'mutual' : 'simple') : undefined;
  return mode === cluster?.tls?.mode ? undefined : `with TLS mode ${cluster?.tls?.mode ?? 'none'}`;
}

/** The names that traces give to the gateway's pods. */
function proxiesOf(tracer: Tracer, install: GatewayInstall): readonly string[] {
  const plane = tracer.plane();
  const behind = servicesOfHost(plane, install.host).flatMap((service) => podsBehind(plane, service));
  const others = gatewayPods(plane).filter(
    (pod) => pod.namespace === install.namespace && install.podLabels.some((labels) => selects(labels, pod.labels)),
  );
  return [...behind, ...others].map(({ namespace, name }) => `gateway ${namespace}/${name}`);
}

/** The namespaces that a route is followed from, and those that it must leave alone. */
export function clientsOf(
  tracer: Tracer,
  audience: Audience,
  home: string,
  install: GatewayInstall | undefined,
): { readonly clients: readonly string[]; readonly others: readonly string[] } {
  const plane = tracer.plane();
  const calls = install !== undefined && gatewayNamespaceCalls(tracer, install);
  const known = [...declaredClients(plane), home].filter((each) => each !== '' && each !== install?.namespace);
  const everyone = [...new Set([...known, ...(calls ? [install.namespace] : []), NOBODYS_NAMESPACE])];
  if (audience !== 'all') return { clients: audience, others: everyone.filter((each) => !audience.includes(each)) };
  // Where nothing tells yet that gateways are in the route's namespace, it is one that calls.
  const own = home === install?.namespace && !isGatewayNamespace(plane, home) ? [home] : [];
  return { clients: [...new Set([...own, ...everyone])], others: [] };
}

/** Whether there are others than gateways in the gateway's namespace: the settings list it among those that call, other workloads are there, or a host is for it alone. */
export function gatewayNamespaceCalls(tracer: Tracer, { namespace, podLabels }: GatewayInstall): boolean {
  return namespaceCalls(tracer.plane(), namespace, podLabels);
}

function namespaceCalls(plane: Plane, namespace: string, podLabels: GatewayInstall['podLabels']): boolean {
  const { reader } = plane;
  if (reader.settings.clients.includes(namespace)) return true;
  if (reader.inNamespace('ServiceEntry', namespace).some(({ resource }) => isFor(resource, namespace))) return true;
  const gateways = gatewayPods(plane).filter((pod) => pod.namespace === namespace);
  return workloadsIn(reader, namespace).some(({ resource }) => {
    const labels = resource.podLabels?.value ?? {};
    const isGateway =
      gateways.some(({ name }) => name === resource.name.value) || podLabels.some((each) => selects(each, labels));
    return !isGateway && labels.app !== 'istiod';
  });
}

/** The declared clients, and namespaces of gateways in which others call too. */
function callingNamespaces(plane: Plane): readonly string[] {
  const beside = declaredNamespaces(plane).filter(
    (each) => isGatewayNamespace(plane, each) && namespaceCalls(plane, each, []),
  );
  return [...new Set([...declaredClients(plane), ...beside])];
}

function isFor({ exportTo }: ServiceEntry, namespace: string): boolean {
  const names = (exportTo?.items ?? []).map(({ value }) => value);
  return names.length > 0 && names.every((each) => each === '.' || each === namespace);
}

/** How a call goes, as far as it must not change. */
interface Way {
  readonly outside: boolean;
  readonly text: string;
  /** Whether something declares its host for the client: under REGISTRY_ONLY, no other call gets out. */
  readonly declared: boolean;
}

function wayOf(tracer: Tracer, call: Call): Way {
  const endings = endingsOf(tracer.trace(call));
  const text = endings.map((each) => {
    const gateways = each.hops.flatMap((hop) => gatewayOf(hop) ?? []).map((pod) => `${pod.namespace}/${pod.name}`);
    return `${each.verdict} ${gateways.join(' ')} ${(each.cluster?.end?.wire ?? []).join()}`;
  });
  return {
    outside: endings.every(({ verdict }) => verdict === 'outside' || verdict === 'outside-not-through-gateway'),
    text: text.join('; '),
    declared: endings.every(({ cluster }) => cluster?.name !== PASSTHROUGH_CLUSTER),
  };
}

/** Calls that are compared at most: from every client where these are not too many, else from where each is written. */
const MOST_CALLS = 1000;

const CALLS_IN_A_STEP = 20;

/**
 * Calls that worked before and go another way with the plan, or went past the gateway and no longer do, in words.
 *
 * @param host that the plan is for: wildcards that cover it have had its calls
 * @param intended whether a call is one that the plan is for: it may go another way, and must still get outside
 */
export function* regressions(
  before: World,
  after: World,
  changed: ReadonlySet<string>,
  { shape: { host }, install }: Claim,
  intended: (call: Call) => boolean,
): Steps<readonly string[]> {
  const result: string[] = [];
  const touched = after.snapshot.sets.filter((set) => [...changed].some((path) => set.members.has(path)));
  for (const set of touched) {
    const old = before.snapshot.sets.find((each) => each.id === set.id);
    if (!old) {
      // A set of new files alone takes nothing from another.
      if ([...set.members.keys()].some((path) => before.snapshot.files.has(path)))
        result.push('it changes which files are applied together');
      continue;
    }
    const [then, now] = [before.tracerOf(old), after.tracerOf(set)];
    const reader = then.mesh.reader();
    const targets = [
      ...before.remembered(`targets ${set.id}`, () => callTargets(reader)),
      ...underWildcards(reader, host),
    ];
    const passesOn = (each: string) =>
      each === install?.namespace && isGatewayNamespace(then.plane(), each) && !gatewayNamespaceCalls(then, install);
    const known = callingNamespaces(then.plane()).filter((each) => !passesOn(each));
    const clients = [...new Set([...known, NOBODYS_NAMESPACE])];
    const every = targets.length * clients.length <= MOST_CALLS;
    for (const [index, target] of targets.entries()) {
      if (index % CALLS_IN_A_STEP === 0) yield undefined;
      for (const client of every ? clients : [target.home]) {
        const call = callTo(target, client);
        const key = `way ${set.id} ${call.protocol}://${call.host}:${call.port} ${client}`;
        const was = before.remembered(key, () => wayOf(then, call));
        if (!was.outside) continue;
        const is = wayOf(now, call);
        const kept = is.declared || !was.declared;
        if (kept && (was.text === is.text || (intended(call) && is.outside))) continue;
        result.push(`${call.protocol}://${call.host}:${call.port} from ${client} would go another way`);
      }
    }
  }
  return result;
}

/** The calls to a host that were those of a wildcard over it. */
function underWildcards(reader: MeshReader, host: string): readonly Target[] {
  const over = wildcardsOver(host).filter((each) =>
    (['ServiceEntry', 'VirtualService'] as const).some((kind) => reader.hosting(kind, each).length > 0),
  );
  const names = new Set(over.map((each) => `www${each.slice(1)}`));
  return callTargets(reader)
    .filter((each) => names.has(each.host))
    .map((each) => ({ ...each, host }));
}

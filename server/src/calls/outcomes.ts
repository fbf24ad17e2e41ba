/** How the calls that a resource is about end: each way once, with everybody who meets it. */
import type { VirtualService } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { apiRoutesFor, isApiRoute } from '../mesh/route-rules.ts';
import type { Plane } from '../trace/plane.ts';
import { parseClusterName } from '../trace/cluster-names.ts';
import { trace } from '../trace/trace.ts';
import type { Call, Hop } from '../trace/types.ts';
import { declaredAddress, withAddress } from './address.ts';
import { audiencesOf, type Callers, callersOf, hostsOnTheWay, hostsOnTheWayOf, restOf, rulesApart } from './callers.ts';
import { type Ending, endingsOf } from './endings.ts';
import { gatewayOf } from './proxies.ts';
import { virtualServicesFor } from './relevant.ts';
import { type Request, requestsOf, requestsOfRoute } from './requests.ts';
import { allTargetsOfVirtualService, callTo, type Target, targetsOfRoute, targetsOfServiceEntry } from './targets.ts';

/** One way in which calls end, and who meets it. */
export interface Outcome {
  /** One call that ends so. */
  readonly call: Call;
  readonly target: Target;
  /** What is special about that call; the plain request where a plain one ends so. */
  readonly request: Request;
  readonly ending: Ending;
  /** The declared clients whose calls end so, in text order. Worked out when first asked (see `Callers`). */
  readonly clients: readonly string[];
  /** Whether calls from namespaces that nobody named end so. */
  readonly others: boolean;
}

/**
 * Every way in which the calls to a resource's hosts end, from every client that may see a difference. A ServiceEntry answers only for hosts that no VirtualService
 * lists, and for ports that no route of Gateway API is for: those are the route's to answer for.
 */
export function outcomesOf(plane: Plane, subject: MeshObject): readonly Outcome[] {
  const route = subject.resource.kind === 'VirtualService' ? (subject as MeshObject<VirtualService>) : undefined;
  const api = isApiRoute(subject) ? subject : undefined;
  const { clusterDomain } = plane.reader.settings;
  const targets = targetsOf(plane, subject);
  if (targets.length === 0) return [];
  const own = new Set(targets.map(({ host }) => host));
  const routes = [...own].flatMap((host) => virtualServicesFor(plane.reader, host));
  const apis = [...own].flatMap((host) => apiRoutesFor(plane.reader, host));
  const onTheWay = new Set([
    ...[...routes, ...(route ? [route] : [])].flatMap((each) => hostsOnTheWay(plane.reader, each)),
    ...[...apis, ...(api ? [api] : [])].flatMap((each) => hostsOnTheWayOf(each, clusterDomain)),
  ]);
  const hosts = [...new Set([...own, ...onTheWay])];
  const requests = route ? requestsOf(route) : api ? requestsOfRoute(api) : [{}];
  const apart = audiencesOf(plane, hosts);
  return targets.flatMap((target) =>
    outcomesOfTarget(plane, { subject, target, apart, hosts }, withAddresses(plane, target, requests)),
  );
}

/** Sidecars listen on declared addresses alone where there are some, so that is where calls are meant to go. */
function withAddresses(plane: Plane, target: Target, requests: readonly Request[]): readonly Request[] {
  if (target.protocol === 'tcp') return requests;
  const address = declaredAddress(plane, callTo(target, ''));
  return address === undefined ? requests : requests.map((each) => ({ address, ...each }));
}

function targetsOf({ reader }: Plane, subject: MeshObject): readonly Target[] {
  const { resource } = subject;
  if (resource.kind === 'VirtualService') return allTargetsOfVirtualService(reader, { ...subject, resource });
  if (isApiRoute(subject)) return targetsOfRoute(reader, subject);
  if (resource.kind !== 'ServiceEntry') return [];
  const routed = (host: string) => reader.coveringByName('VirtualService', host).length > 0;
  const own = targetsOfServiceEntry({ ...subject, resource }).filter(({ host }) => !routed(host));
  const api = [...new Set(own.map(({ host }) => host))].flatMap((host) => apiRoutesFor(reader, host));
  const answered = api.flatMap((each) => targetsOfRoute(reader, each));
  return own.filter((each) => !answered.some(({ host, port }) => host === each.host && port === each.port));
}

/** What the calls to one target have in common. */
interface Question {
  readonly subject: MeshObject;
  readonly target: Target;
  /** Namespaces that may see something else than the rest. */
  readonly apart: ReadonlySet<string>;
  /** What the calls have to do with. */
  readonly hosts: readonly string[];
}

interface Followed {
  readonly caller: Callers;
  readonly call: Call;
  readonly hop: Hop;
}

/** A way in which calls end, and whose. */
interface Group {
  readonly call: Call;
  readonly request: Request;
  readonly ending: Ending;
  readonly by: readonly Callers[];
}

function outcomesOfTarget(plane: Plane, question: Question, requests: readonly Request[]): readonly Outcome[] {
  const { target } = question;
  const found: Group[] = [];
  for (const request of requests) {
    if (request.port !== undefined && request.port !== target.port) continue;
    for (const { caller, call, hop } of followAll(plane, question, request)) {
      for (const ending of endingsOf(hop)) if (ending.share > 0) found.push({ call, request, ending, by: [caller] });
    }
  }
  return grouped(found).map((each) => toOutcome(target, each));
}

/** Those that end alike together. */
function grouped(found: readonly Group[]): readonly Group[] {
  if (found.length < 2) return found;
  const groups = new Map<string, Group>();
  for (const each of found) {
    const key = signature(each.ending);
    const group = groups.get(key);
    // A call of a declared client goes before one of somebody else.
    const isBetter = !group || (!group.by.some(hasDeclared) && each.by.some(hasDeclared));
    const by = group ? [...group.by, ...each.by] : each.by;
    groups.set(key, { ...(isBetter ? each : group), by });
  }
  return [...groups.values()];
}

function toOutcome(target: Target, { call, request, ending, by }: Group): Outcome {
  let clients: readonly string[] | undefined;
  return {
    call,
    target,
    request,
    ending,
    get clients() {
      clients ??= clientsOf(by);
      return clients;
    },
    others: by.some(({ others }) => others),
  };
}

function hasDeclared({ declared }: Callers): boolean {
  return declared().length > 0;
}

/**
 * A request from everybody who may see a difference. Which DestinationRules make one is known once the request was followed for most: only rules for what their
 * sidecars send to.
 */
function followAll(plane: Plane, { subject, target, apart, hosts }: Question, request: Request): readonly Followed[] {
  const follow = (caller: Callers): Followed => {
    const call = withAddress(plane, callOf(target, request, caller.source));
    return { caller, call, hop: trace(plane, call) };
  };
  const { namespace } = request;
  if (namespace !== undefined) {
    const callers = callersOf(plane, subject, new Set([...apart, namespace]), hosts);
    return callers.filter(({ source }) => source.namespace === namespace).map(follow);
  }
  const most = follow(restOf(plane, subject, apart));
  const sentTo = (most.hop.clusters ?? []).flatMap(({ name }) => parseClusterName(name)?.host ?? []);
  const callers = callersOf(plane, subject, new Set([...apart, ...rulesApart(plane, sentTo)]), hosts);
  const example = most.caller.source.namespace;
  return callers.map((caller) =>
    caller.source.namespace === example && !caller.source.labels ? { ...most, caller } : follow(caller),
  );
}

/** In text order, each once. */
function clientsOf(callers: readonly Callers[]): readonly string[] {
  const lists = new Set(callers.map(({ declared }) => declared));
  return [...new Set([...lists].flatMap((declared) => declared()))].sort();
}

function callOf(
  target: Target,
  { path, method, headers, labels, address }: Request,
  { namespace, labels: own }: Callers['source'],
): Call {
  const all = { ...own, ...labels };
  return {
    ...callTo(target, namespace),
    from: { namespace, ...(Object.keys(all).length > 0 ? { labels: all } : {}) },
    ...(path === undefined ? {} : { path }),
    ...(method === undefined ? {} : { method }),
    ...(headers === undefined ? {} : { headers }),
    ...(address === undefined ? {} : { address }),
  };
}

/** Equal for endings that have one cause: the same end, at the same proxy, of the same way. */
function signature({ kind, at, cluster, hops }: Ending): string {
  const proxy = gatewayOf(at) ? at.proxy : 'sidecar';
  const way = hops.map((each) => `${each.config ?? ''} ${each.route ?? ''} ${each.listener ?? ''}`);
  return [kind, proxy, at.port, at.virtualHost, cluster?.name, cluster?.end?.wire?.join(' '), ...way].join('|');
}

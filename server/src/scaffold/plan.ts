/** Plans a route: what is asked for, fitted into what is there, and proved before anything is written. A pure function of the workspace. */
import { isGatewayNamespace } from '../calls/clients.ts';
import { isWildcard } from '../mesh/hosts.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import type { Tracer } from '../trace/tracer.ts';
import { folderOf, relativeTo } from '../workspace/paths.ts';
import type { ApplySet } from '../workspace/types.ts';
import { chooseApiVersion, chooseApplySet, chooseAudience, chooseHome, writtenNamespaces } from './choose.ts';
import { choicesOf } from './choices.ts';
import type { Context } from './context.ts';
import { Draft } from './draft.ts';
import type { Frame } from './frame.ts';
import { filesOf } from './files.ts';
import { type GatewayInstall, gatewayInstalls, installNamed, isStandard } from './gateways.ts';
import { PATTERNS } from './patterns/all.ts';
import { findLegs } from './pieces/found-legs.ts';
import { planLegs } from './pieces/legs.ts';
import { planOrigination, planWithoutOrigination } from './pieces/origination.ts';
import { planServer } from './pieces/gateway.ts';
import { planEntry } from './pieces/service-entry.ts';
import { planSubset } from './pieces/subset.ts';
import { clientsOf, gatewayNamespaceCalls, outcomesFrom } from './proof.ts';
import { type Proof, proveDraft, tracedCalls } from './prove-draft.ts';
import { DEFAULT_CREDENTIAL, type RouteRequest } from './request.ts';
import { requestProblem } from './request-problem.ts';
import type { RouteShape } from './shape.ts';
import { extendSidecars, sidecarConflicts } from './sidecars.ts';
import { kustomizationOver } from './layout.ts';
import { slugOf } from './slug.ts';
import { finish, type Steps } from './steps.ts';
import type { Conflict, PlannedFile, ReusedResource, RoutePlan, Site } from './types.ts';
import { type World, worldOf } from './world.ts';

/**
 * Plans a route.
 *
 * @returns a plan that is proved, or says why there is none and what can be done; never throws for what is written in the workspace
 */
export function planRoute(site: Site, request: RouteRequest): RoutePlan {
  return finish(planRouteInSteps(site, request));
}

/** The same in steps: nothing is lost where they are left. */
export function* planRouteInSteps(site: Site, request: RouteRequest): Steps<RoutePlan> {
  const problem = requestProblem(request);
  if (problem) return blocked(request, [{ code: 'request-invalid', text: problem, waysOut: [] }]);
  const world = site.world?.() ?? worldOf(site);
  const set = chooseApplySet(world, request);
  if (request.set !== undefined && !set) return blocked(request, [noSuchSet(request.set, world)]);
  const tracer = set ? world.tracerOf(set) : worldWithout(site);
  const frame = frameOf(site, world, set, tracer, request);
  if ('conflict' in frame) return blocked(request, [frame.conflict]);
  const [hop, ...otherHops] = hopsToTry(frame);
  const plan = yield* planWith(frame, hop);
  if (plan.status !== 'blocked') return plan;
  for (const other of otherHops) {
    const instead = yield* planWith(frame, other);
    if (instead.status === 'ready') return { ...instead, notes: [insteadNote(plan), ...instead.notes] };
    // A port that cannot be had is not what is in the way where another would not do either.
    if (instead.status === 'unchanged' || (isAboutPorts(plan) && !isAboutPorts(instead))) return instead;
  }
  return plan;
}

function isAboutPorts({ conflicts }: RoutePlan): boolean {
  return conflicts.every(({ code }) => code === 'port-taken' || code === 'port-not-on-gateway');
}

function insteadNote({ conflicts: [first] }: RoutePlan): string {
  return `Between sidecar and gateway is mutual TLS. ${first?.text ?? ''}`.trimEnd();
}

/** A mesh with nothing in it: an empty folder has no apply set. */
function worldWithout(site: Site): Tracer {
  const empty = worldOf({ ...site, files: new Map() });
  const [set] = empty.snapshot.sets;
  if (set) return empty.tracerOf(set);
  throw new Error('A workspace always has a set.');
}

function frameOf(
  site: Site,
  world: World,
  set: ApplySet | undefined,
  tracer: Tracer,
  request: RouteRequest,
): Frame | { readonly conflict: Conflict } {
  const pattern = PATTERNS[request.pattern];
  const installs = pattern.gateway ? gatewayInstalls(tracer.plane()) : [];
  const install =
    request.gateway === undefined || !pattern.gateway ? installs[0] : installNamed(tracer.plane(), request.gateway);
  if (pattern.gateway && !install) return { conflict: gatewayNotFound(request, installs) };
  const written = writtenNamespaces(site, tracer, set);
  const allowed = (namespace: string) =>
    written.size === 0 || written.has(namespace) || (request.writeTo?.includes(namespace) ?? false);
  const mayWrite = new Set([...written, ...(request.writeTo ?? [])]);
  const home = chooseHome(request, tracer, install, written.size === 0 ? written : mayWrite);
  if (!allowed(home)) return { conflict: notWritten(request, home) };
  const gatewayHome = install && allowed(install.namespace) ? install.namespace : home;
  const audience = chooseAudience(request);
  const { clients, others } = clientsOf(tracer, audience, home, install);
  return {
    site,
    world,
    set,
    tracer,
    request,
    audience,
    installs,
    install,
    written,
    home,
    gatewayHome,
    clients,
    others,
  };
}

/** Whether the hop has mutual TLS: as asked; else plain, and where that cannot be, mutual. */
function hopsToTry({ request }: Frame): readonly [boolean, ...boolean[]] {
  if (PATTERNS[request.pattern].mutualHop === 'never') return [false];
  return request.mutualHop === undefined ? [false, true] : [request.mutualHop];
}

function* planWith(frame: Frame, mutualHop: boolean): Steps<RoutePlan> {
  const { tracer, install, clients, request } = frame;
  const shape = shapeOf(frame, mutualHop);
  const claim = { shape, install, mutualHop: request.mutualHop === true };
  const now = clients.flatMap((client) => outcomesFrom(tracer, claim, client));
  if (now.every(({ failure }) => failure === undefined)) return unchanged(frame, shape, mutualHop, now);
  const draft = draftWith(frame, shape);
  if (draft.conflicts.length > 0) return blocked(request, draft.conflicts);
  const notes = [...notesOf(frame, shape, draft)];
  const files = filesOf(draft, { route: slugOf(request.host), asked: request.folder });
  if (!files) return blocked(request, [unresolved(draft)]);
  notes.push(...unlistedNotes(frame, files.files));
  const consent = files.created.find(({ namespace }) => !mayWriteTo(frame, namespace));
  if (consent) return blocked(request, [notWritten(request, consent.namespace)]);
  const proof = yield* proveDraft(frame, { shape, install, mutualHop }, files.files);
  const reused = reusedOf(draft);
  const choices = choicesOf(frame, mutualHop, files.files);
  if (proof.failures.length > 0) {
    const hidden = sidecarConflicts(frame, shape, proof.failed);
    const conflicts = hidden.length > 0 ? hidden : [notProved(frame, proof, mutualHop)];
    return { ...blocked(request, conflicts), choices, reused, notes, traced: proof.traced };
  }
  return {
    request,
    status: 'ready',
    choices,
    reused,
    created: files.created,
    files: files.files,
    conflicts: [],
    traced: proof.traced,
    notes,
  };
}

function shapeOf({ request, install }: Frame, mutualHop: boolean): RouteShape {
  const pattern = PATTERNS[request.pattern];
  const credential = request.credential ?? (pattern.credential === 'needed' ? DEFAULT_CREDENTIAL : undefined);
  return pattern.shape({
    host: request.host.toLowerCase(),
    port: request.port ?? pattern.port ?? 0,
    mutualHop: mutualHop && install !== undefined,
    credential,
    addresses: request.addresses ?? [],
    server: request.server,
  });
}

function contextOf(frame: Frame, shape: RouteShape): Context {
  const { site, set, tracer, request, audience, clients, install, home, gatewayHome } = frame;
  const plane = tracer.plane();
  const calls = install !== undefined && gatewayNamespaceCalls(tracer, install);
  const apart = calls && audience !== 'all' && !audience.includes(install.namespace);
  // Where nothing tells that gateways are there, the namespace counts as one that calls.
  const shared =
    install !== undefined &&
    (calls || clients.includes(install.namespace) || !isGatewayNamespace(plane, install.namespace));
  return {
    plane,
    request,
    pattern: PATTERNS[request.pattern],
    shape,
    audience,
    clients,
    install,
    home,
    gatewayHome,
    apart,
    shared,
    apiVersion: request.apiVersion ?? chooseApiVersion(tracer),
    draft: new Draft(site, set, plane.reader),
  };
}

/** The parts of a route, each looked for before it is made. */
function draftWith(frame: Frame, shape: RouteShape): Draft {
  const context = contextOf(frame, shape);
  const { draft } = context;
  for (const entry of shape.entries) planEntry(context, entry);
  extendSidecars(context);
  const { gateway, origination } = shape;
  if (gateway) {
    const found = findLegs(context, gateway.legs);
    const server = planServer(context, gateway.server, found);
    const mutual = gateway.server === 'https' || gateway.server === 'tls';
    const subset = server && planSubset(context, mutual, server.port, found);
    const host = origination && planOrigination(context, origination, found.gateway);
    if (server && subset) planLegs(context, gateway.legs, server, { gateway: subset.subset, host }, found);
  } else if (origination) planOrigination(context, origination, undefined);
  if (!origination) planWithoutOrigination(context);
  return draft;
}

function mayWriteTo({ written, request }: Frame, namespace: string): boolean {
  return written.size === 0 || written.has(namespace) || (request.writeTo?.includes(namespace) ?? false);
}

function blocked(request: RouteRequest, conflicts: readonly Conflict[]): RoutePlan {
  return {
    request,
    status: 'blocked',
    choices: [],
    reused: [],
    created: [],
    files: [],
    conflicts,
    traced: [],
    notes: [],
  };
}

function unchanged(
  frame: Frame,
  shape: RouteShape,
  mutualHop: boolean,
  now: ReturnType<typeof outcomesFrom>,
): RoutePlan {
  const { request } = frame;
  const choices = choicesOf(frame, mutualHop, []);
  const traced = tracedCalls(now, true);
  const notes = [`The route to ${shape.host} is there already: nothing has to be written.`];
  return { request, status: 'unchanged', choices, reused: [], created: [], files: [], conflicts: [], traced, notes };
}

function reusedOf(draft: Draft): readonly ReusedResource[] {
  return [...draft.reused].map(([{ resource, namespace = '', path }, edited]: [MeshObject, boolean]) => ({
    kind: resource.kind,
    namespace,
    name: resource.name.value ?? '',
    path,
    range: resource.name.range,
    edited,
  }));
}

function gatewayNotFound({ gateway }: RouteRequest, installs: readonly GatewayInstall[]): Conflict {
  const waysOut = installs.map(({ namespace, service }) => ({
    title: `Use ${namespace}/${service}`,
    change: { gateway: `${namespace}/${service}` },
  }));
  const text =
    gateway === undefined
      ? 'No egress gateway is known here: neither a Service nor a line under egressGateways in the settings tells of one.'
      : `There is no gateway Service ${gateway} with pods behind it.`;
  return { code: 'gateway-not-found', text, waysOut };
}

function noSuchSet(id: string, { snapshot }: World): Conflict {
  const waysOut = snapshot.sets.map((each) => ({ title: each.name ?? each.id, change: { set: each.id } }));
  return { code: 'request-invalid', text: `There is no apply set ${id}.`, waysOut };
}

function notWritten(request: RouteRequest, namespace: string): Conflict {
  return {
    code: 'namespace-not-written',
    text: `This workspace writes nothing to ${namespace} yet.`,
    waysOut: [{ title: `Write to ${namespace}`, change: { writeTo: [...(request.writeTo ?? []), namespace] } }],
  };
}

function unresolved(draft: Draft): Conflict {
  const [path] = draft.edits.keys();
  return {
    code: 'not-editable',
    text: `${path ?? 'A file'} cannot be edited: its text is not as it was read.`,
    waysOut: [],
  };
}

function notProved({ request }: Frame, { failures, passing }: Proof, mutualHop: boolean): Conflict {
  const [first = '', ...more] = failures;
  const others = more.length > 0 ? ` (and ${more.length} more)` : '';
  const { mutualHop: can } = PATTERNS[request.pattern];
  const waysOut = [
    ...(passing.length > 0
      ? [{ title: 'Let every namespace use the route', change: { audience: 'all' as const } }]
      : []),
    ...(passing.length === 0 && can === 'optional' && !mutualHop
      ? [{ title: 'Use mutual TLS between sidecar and gateway', change: { mutualHop: true } }]
      : []),
  ];
  const nameless =
    request.pattern === 'tcp' && !request.addresses?.length ? ' TCP names no host: give its addresses.' : '';
  return {
    code: 'not-proved',
    text: `It cannot be proved that the route would work: ${first}${others}.${nameless}`,
    waysOut,
  };
}

/** New files in a workspace that is put together by kustomizations, where none is over them. */
function unlistedNotes({ site }: Frame, files: readonly PlannedFile[]): readonly string[] {
  const kustomized = [...site.files.values()].some(({ contents }) =>
    contents.assemblies.some(({ kind }) => kind === 'kustomize'),
  );
  if (!kustomized) return [];
  return files
    .filter(({ path, before }) => before === undefined && !kustomizationOver(site, folderOf(path)))
    .map(
      ({ path }) => `No kustomization is over ${relativeTo(site.root, path)}: list it in one, or it is not applied.`,
    );
}

function notesOf(frame: Frame, shape: RouteShape, draft: Draft): readonly string[] {
  const { request, install, audience } = frame;
  const notes: string[] = [];
  if (install && isStandard(install))
    notes.push(
      `The gateway’s Service is not in the workspace: the standard install ${install.namespace}/${install.service} is assumed.`,
    );
  if (install?.evidence === 'chart')
    notes.push(
      `Service ${install.namespace}/${install.service} is not in the workspace: a release of Istio’s gateway chart of that name is assumed (ports 80 and 443).`,
    );
  const port = request.port;
  if (request.pattern === 'tcp' && (request.addresses ?? []).length === 0)
    notes.push(
      `Without addresses, every TCP call to port ${port} from ${audience === 'all' ? 'any namespace' : audience.join(', ')} is taken for one to ${shape.host}.`,
    );
  if (shape.origination?.at === 'gateway' && shape.origination.credential !== undefined)
    notes.push(
      `Secret ${shape.origination.credential} has to be in ${install?.namespace ?? 'the gateway’s namespace'}.`,
    );
  if (isWildcard(shape.host))
    notes.push(`Calls go to ${shape.gateway?.legs.to.host}, which has to answer for every host under ${shape.host}.`);
  if (
    install &&
    audience !== 'all' &&
    !audience.includes(install.namespace) &&
    draft.created.some(({ kind }) => kind === 'VirtualService')
  )
    notes.push(
      `Only ${audience.join(', ')} may use it; workloads with sidecars in ${install.namespace} see what the gateway has to see.`,
    );
  return notes;
}

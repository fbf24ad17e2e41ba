/** Plans a route: what is asked for, fitted into what is there, and proved before anything is written. A pure function of the workspace. */
import { isGatewayNamespace } from '../calls/clients.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import type { Tracer } from '../trace/tracer.ts';
import { chooseApiVersion, chooseApplySet } from './choose.ts';
import { choicesOf } from './choices.ts';
import { noSuchSet, notProved, notWritten, unresolved } from './conflicts.ts';
import type { Context } from './context.ts';
import { Draft } from './draft.ts';
import { type Frame, mayWriteTo } from './frame.ts';
import { filesOf } from './files.ts';
import { frameOf } from './make-frame.ts';
import { insteadNote, notesOf, unlistedNotes } from './notes.ts';
import { PATTERNS } from './patterns/all.ts';
import { gatewayNamespaceCalls, outcomesFrom } from './proof.ts';
import { proveDraft, tracedCalls } from './prove-draft.ts';
import { writtenKind } from './render.ts';
import { DEFAULT_CREDENTIAL, type RouteRequest } from './request.ts';
import { requestProblem } from './request-problem.ts';
import type { RouteShape } from './shape.ts';
import { sidecarConflicts } from './sidecars.ts';
import { slugOf } from './slug.ts';
import { finish, type Steps } from './steps.ts';
import type { Conflict, ReusedResource, RoutePlan, Site } from './types.ts';
import { worldOf } from './world.ts';

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

/** A mesh with nothing in it: an empty folder has no apply set. */
function worldWithout(site: Site): Tracer {
  const empty = worldOf({ ...site, files: new Map() });
  const [set] = empty.snapshot.sets;
  if (set) return empty.tracerOf(set);
  throw new Error('A workspace always has a set.');
}

/** Whether the hop has mutual TLS: as asked; else plain, and where that cannot be, mutual. */
function hopsToTry({ request, form }: Frame): readonly [boolean, ...boolean[]] {
  if (form.mutualHop(PATTERNS[request.pattern]) === 'never') return [false];
  return request.mutualHop === undefined ? [false, true] : [request.mutualHop];
}

function* planWith(frame: Frame, mutualHop: boolean): Steps<RoutePlan> {
  const { tracer, install, clients, request, form } = frame;
  const shape = shapeOf(frame, mutualHop);
  const claim = { shape, install, mutualHop: request.mutualHop === true };
  const now = clients.flatMap((client) => outcomesFrom(tracer, claim, client));
  if (now.every(({ failure }) => failure === undefined)) return unchanged(frame, shape, mutualHop, now);
  const context = contextOf(frame, shape);
  form.write(context);
  const { draft } = context;
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
  const { site, set, tracer, request, audience, clients, others, install, home, gatewayHome } = frame;
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
    others,
    install,
    home,
    gatewayHome,
    apart,
    shared,
    apiVersion: request.apiVersion ?? chooseApiVersion(tracer),
    draft: new Draft(site, set, plane.reader),
  };
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
    kind: writtenKind(resource.kind),
    namespace,
    name: resource.name.value ?? '',
    path,
    range: resource.name.range,
    edited,
  }));
}

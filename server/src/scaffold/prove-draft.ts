/** A plan applied in memory and proved. */
import { urlText } from './words.ts';
import { endingsOf } from '../calls/endings.ts';
import { gatewayOf } from '../calls/proxies.ts';
import { isKustomizationName } from '../manifest/assemblies.ts';
import { nameOf } from '../workspace/paths.ts';
import type { ApplySet } from '../workspace/types.ts';
import { rejections } from '../validate/reject.ts';
import type { Tracer } from '../trace/tracer.ts';
import type { Call } from '../trace/types.ts';
import type { Frame } from './frame.ts';
import { type Claim, type Outcome, outcomesFrom, regressions } from './proof.ts';
import { writtenKind } from './render.ts';
import type { Steps } from './steps.ts';
import type { PlannedFile, Site, SiteFinding, TracedCall } from './types.ts';
import { type World, worldOf } from './world.ts';

export interface Proof {
  readonly traced: readonly TracedCall[];
  /** Why it is none, each without its full stop; empty where the plan is proved. */
  readonly failures: readonly string[];
  /** Outcomes of the audience that are not what they should be. */
  readonly failed: readonly Outcome[];
  /** Namespaces that may not use the route, and would. */
  readonly passing: readonly string[];
}

/** The proof, in steps. */
export function* proveDraft(frame: Frame, claim: Claim, files: readonly PlannedFile[]): Steps<Proof> {
  const { site, world, set, clients, others } = frame;
  if (site.isWhole?.() === false) return unproved('its texts are not all read yet');
  yield undefined;
  const texts = new Map(files.map((each) => [each.path, each.after]));
  const after = worldOf(site, texts);
  const changed = new Set(files.map(({ path }) => path));
  const then = setOf(after, set?.id, changed);
  if (!then) return unproved('no apply set has the new files');
  const tracer = after.tracerOf(then);
  const known = new Set(rejectedIn(frame.tracer, changed));
  const rejected = rejectedIn(tracer, changed).filter((each) => !known.has(each));
  const own = clients.flatMap((client) => outcomesFrom(tracer, claim, client));
  const strangers = others.flatMap((client) => outcomesFrom(tracer, claim, client));
  const failed = own.filter(({ failure }) => failure !== undefined);
  const passing = strangers.filter(({ call }) => newlyPasses(frame.tracer, tracer, call));
  const intended = isIntended(frame, claim);
  yield undefined;
  const worse = failed.length > 0 ? [] : yield* regressions(world, after, changed, claim, intended);
  const brought = failed.length > 0 ? [] : yield* newFindings(site, texts);
  return {
    traced: [...tracedCalls(own, true), ...tracedCalls(strangers, false)],
    failures: [
      ...rejected,
      ...failed.map(({ call, from, failure }) => `${urlText(call)} from ${from}: ${failure}`),
      ...passing.map(
        ({ call, from }) => `${urlText(call)} from ${from}, which may not use it, would pass the gateway too`,
      ),
      ...worse,
      ...brought,
    ],
    failed,
    passing: passing.map(({ from }) => from),
  };
}

function unproved(reason: string): Proof {
  return { traced: [], failures: [reason], failed: [], passing: [] };
}

/** The set to follow calls in: the one that was planned for, unless another alone has everything that changed. */
function setOf({ snapshot }: World, id: string | undefined, changed: ReadonlySet<string>): ApplySet | undefined {
  const resources = [...changed].filter((path) => !isKustomizationName(nameOf(path)));
  const whole = snapshot.sets.filter((each) => resources.every((path) => each.members.has(path)));
  return whole.find((each) => each.id === id) ?? whole[0] ?? snapshot.sets.find((each) => each.id === id);
}

/** What the API server or istiod's webhook would not let in. */
function rejectedIn(tracer: Tracer, changed: ReadonlySet<string>): readonly string[] {
  const reader = tracer.mesh.reader();
  const kinds = [
    'ServiceEntry',
    'Gateway',
    'DestinationRule',
    'VirtualService',
    'Sidecar',
    'K8sGateway',
    'HTTPRoute',
    'TLSRoute',
  ] as const;
  return kinds
    .flatMap((kind) => [...reader.all(kind)])
    .filter(({ path, implied }) => changed.has(path) && !implied)
    .flatMap((object) =>
      rejections(object).map(
        ({ text }) => `${writtenKind(object.resource.kind)} ${object.resource.name.value}: ${text.replace(/\.$/, '')}`,
      ),
    );
}

/** Errors and warnings that the plan would bring; of those that it changes into others, none. */
function* newFindings({ findings }: Site, texts: ReadonlyMap<string, string>): Steps<readonly string[]> {
  if (!findings) return [];
  const serious = (all: readonly SiteFinding[]) =>
    all.filter(({ severity }) => severity === 'error' || severity === 'warning');
  const before = serious(yield* findings(new Map()));
  const after = serious(yield* findings(texts));
  if (after.length <= before.length) return [];
  const known = new Set(before.map(({ code, message }) => `${code} ${message}`));
  return after
    .filter(({ code, message }) => !known.has(`${code} ${message}`))
    .map(({ code, message }) => `${code}: ${message.replace(/\.$/, '')}`);
}

function newlyPasses(before: Tracer, after: Tracer, call: Call): boolean {
  const passes = (tracer: Tracer) =>
    endingsOf(tracer.trace(call)).some(({ hops }) => hops.some((hop) => gatewayOf(hop)));
  return passes(after) && !passes(before);
}

/** The calls that a route is for may go another way than before. */
function isIntended({ audience, others, install }: Frame, { shape }: Claim): (call: Call) => boolean {
  const mayUse = (namespace: string) =>
    audience === 'all' ||
    audience.includes(namespace) ||
    // Who is beside the gateway sees what it sees.
    (namespace === install?.namespace && !others.includes(namespace));
  const targets = new Set(shape.calls.map(({ host, port }) => `${host}:${port}`));
  const suffix = shape.host.startsWith('*') ? shape.host.slice(1) : undefined;
  const ports = new Set(shape.calls.map(({ port }) => port));
  return ({ from, host, port }) =>
    mayUse(from.namespace) &&
    (targets.has(`${host}:${port}`) || (suffix !== undefined && host.endsWith(suffix) && ports.has(port)));
}

/** Outcomes in words. */
export function tracedCalls(outcomes: readonly Outcome[], audience: boolean): readonly TracedCall[] {
  return outcomes.map(({ from, call, failure, text }) => ({
    from,
    audience,
    url: urlText(call),
    text: audience ? (failure ?? text) : text,
  }));
}

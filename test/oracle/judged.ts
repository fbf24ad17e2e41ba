/** What the cases that were measured say of themselves: which are broken, which are sound, and which findings a case deserves. */
import { readContents } from '../../server/src/manifest/read-contents.ts';
import type { Finding } from '../../server/src/rules/finding.ts';
import type { Call, Hop, HopCluster } from '../../server/src/trace/types.ts';
import type { MeasuredCase } from './measured.ts';

/** What somebody must look at. */
export function isLoud({ severity }: Pick<Finding, 'severity'>): boolean {
  return severity === 'error' || severity === 'warning';
}

/** The calls that the YAML is about. */
function answered({ calls, answer }: MeasuredCase): readonly (readonly [Call, Hop])[] {
  return calls.flatMap((call, i) => {
    const hop = answer.traces[i];
    return hop && call.host !== 'unknown.example.org' ? [[call, hop] as const] : [];
  });
}

/** A call fails, or a resource is rejected. */
export function isBroken(each: MeasuredCase): boolean {
  return each.answer.rejected !== undefined || answered(each).some(([, hop]) => fails(hop));
}

/** What a case deserves by how its calls end: loud findings where a client that a resource is in the namespace of is concerned; else information will do. */
export function deserves(each: MeasuredCase, hops: readonly Hop[]): 'loud' | 'any' {
  const grave = answered({ ...each, answer: { traces: hops } }).some(
    ([{ from }, hop]) => fails(hop) && !isSoft(hop) && declares(each, from.namespace),
  );
  return grave ? 'loud' : 'any';
}

/** Nothing was changed, nothing fails, and calls get outside as they should. */
export function isSound(each: MeasuredCase): boolean {
  const { rejected, warned } = each.answer;
  const hops = answered(each).map(([, hop]) => hop);
  if (each.mutations.length > 0 || rejected || warned) return false;
  return !hops.some(fails) && !hops.some(hasWrongBytes) && hops.some(getsOutside);
}

function ends(hop: Hop, is: (cluster: HopCluster) => boolean): boolean {
  return (hop.clusters ?? []).some((each) => (each.next ? ends(each.next, is) : is(each)));
}

/** Whether a call fails on the way. */
export function fails(hop: Hop): boolean {
  if (hop.error) return hop.error !== 'https-redirect';
  return (hop.clusters ?? []).some((each) => (each.next ? fails(each.next) : isDead(each)));
}

function isDead({ exists, end }: HopCluster): boolean {
  return !exists || end?.kind === 'no-cluster' || end?.kind === 'no-endpoints';
}

/** Fails only because no rule wants such a request. */
function isSoft(hop: Hop): boolean {
  if (hop.error) return hop.error === 'no-route' && !hop.virtualHost?.startsWith('blackhole');
  return (hop.clusters ?? []).every((each) => !isDead(each) && (!each.next || isSoft(each.next)));
}

/** Whether a call gets outside, on all its ways. */
export function getsOutside(hop: Hop): boolean {
  const clusters = hop.clusters ?? [];
  return (
    !hop.error &&
    clusters.length > 0 &&
    clusters.every((each) => (each.next ? getsOutside(each.next) : each.end?.kind === 'external'))
  );
}

function hasWrongBytes(hop: Hop): boolean {
  return ends(hop, ({ end, endpoints }) => {
    const [outer = '', inner = ''] = end?.wire ?? [];
    const isPlainToTls = outer.startsWith('http ') && (endpoints?.[0]?.endsWith(':443') ?? false);
    return end?.kind === 'external' && (isPlainToTls || (/^m?tls/.test(outer) && inner.startsWith('tls')));
  });
}

/** Whether a resource of the case is in the namespace. */
function declares({ files }: MeasuredCase, namespace: string): boolean {
  return files
    .flatMap(({ path, text }) => readContents(path, text).resources)
    .some((each) => (each.namespace?.value ?? 'default') === namespace);
}

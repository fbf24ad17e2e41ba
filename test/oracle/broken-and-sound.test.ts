/**
 * What is broken by Istio's own account has a finding, and what is sound has none that alarms. The cases in this folder are facts measured on Istio's control
 * plane; where the whole collection lies beside the repository, all of it is judged.
 */
import { describe, expect, it } from 'vitest';
import { createAnalysis } from '../../server/src/analysis/analysis.ts';
import { findingsOf } from '../../server/src/cli/oracle-answers.ts';
import { readContents } from '../../server/src/manifest/read-contents.ts';
import type { Finding } from '../../server/src/rules/finding.ts';
import type { Call, Hop, HopCluster } from '../../server/src/trace/types.ts';
import { callFiles, type MeasuredCase, measuredElsewhere, measuredIn } from './measured.ts';

const collection = measuredElsewhere();
const cases = collection ?? callFiles.flatMap(measuredIn);
const findings = new Map(cases.map((each) => [each, findingsOf(each)] as const));
const scope = collection ? 'in the whole collection' : 'in the cases of this folder (the collection is not there)';

describe(`findings ${scope}`, () => {
  it('tell of every case in which a call fails or a resource is rejected', () => {
    const broken = cases.filter(isBroken);
    expect(broken.length).toBeGreaterThan(50);
    expect(broken.filter((each) => !isTold(each)).map(({ id, mutations }) => `${id} ${mutations.join()}`)).toEqual([]);
  });

  it('alarm on no case in which calls get outside as they should', () => {
    const sound = cases.filter(isSound);
    expect(sound.length).toBeGreaterThan(5);
    const alarms = sound.flatMap((each) =>
      findingsOf(each)
        .filter(isLoud)
        .map(({ code }) => `${each.id} ${code}`),
    );
    expect(alarms).toEqual([]);
  });

  it('fit into the Problems row', () => {
    const long = cases.flatMap(foundIn).filter(({ message }) => message.length > LONGEST);
    expect([...new Set(long.map(({ message }) => message))]).toEqual([]);
  });
});

describe(`sound workspaces side by side ${scope}`, () => {
  const sound = cases.filter(isSound);

  it.each([
    ['where each is told to be applied by itself', { sets: Object.fromEntries(sound.map(({ id }) => [id, [id]])) }],
    ['where nothing says what is applied together', {}],
  ])('alarm nobody %s', { timeout: 120_000 }, (_title, editor) => {
    const analysis = createAnalysis({ root: '/w', settings: { editor } });
    analysis.update(
      sound.flatMap(({ id, files }) =>
        files.map(({ path, text }) => ({ path: `/w/${id}/${path}`, contents: readContents(`/w/${id}/${path}`, text) })),
      ),
    );
    expect(analysis.paths().flatMap(analysis.findings).filter(isLoud)).toEqual([]);
  });
});

/** Names of 60 letters and more leave no room for words. */
const LONGEST = 215;

function foundIn(each: MeasuredCase) {
  return findings.get(each) ?? [];
}

function isLoud({ severity }: Pick<Finding, 'severity'>): boolean {
  return severity === 'error' || severity === 'warning';
}

/** The calls that the YAML is about. */
function answered({ calls, answer }: MeasuredCase): readonly (readonly [Call, Hop])[] {
  return calls.flatMap((call, i) => {
    const hop = answer.traces[i];
    return hop && call.host !== 'unknown.example.org' ? [[call, hop] as const] : [];
  });
}

function isBroken(each: MeasuredCase): boolean {
  return each.answer.rejected !== undefined || answered(each).some(([, hop]) => fails(hop));
}

/** Loudly, where a client that a resource is in the namespace of is concerned; else as information. */
function isTold(each: MeasuredCase): boolean {
  const grave =
    each.answer.rejected !== undefined ||
    answered(each).some(([{ from }, hop]) => fails(hop) && !isSoft(hop) && declares(each, from.namespace));
  return foundIn(each).some((finding) => (grave ? isLoud(finding) : finding.severity !== 'hint'));
}

function isSound(each: MeasuredCase): boolean {
  const { rejected, warned } = each.answer;
  const hops = answered(each).map(([, hop]) => hop);
  if (each.mutations.length > 0 || rejected || warned) return false;
  return !hops.some(fails) && !hops.some(hasWrongBytes) && hops.some(getsOutside);
}

function ends(hop: Hop, is: (cluster: HopCluster) => boolean): boolean {
  return (hop.clusters ?? []).some((each) => (each.next ? ends(each.next, is) : is(each)));
}

function fails(hop: Hop): boolean {
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

function getsOutside(hop: Hop): boolean {
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

/**
 * Traces against Istio's own control plane. The cases in this folder are facts measured on it: a workspace, calls made in it, and what every proxy on
 * the way does (`docs/semantics.md` has the rules). Some hundred are here; where the whole collection lies beside the repository, it is compared too.
 */
import { describe, expect, it } from 'vitest';
import { answerCase, tracerOf } from '../../server/src/cli/oracle-answers.ts';
import type { MeshObject } from '../../server/src/mesh/mesh.ts';
import { titleOf } from '../../server/src/trace/plane.ts';
import type { Hop } from '../../server/src/trace/types.ts';
import { callFiles, type MeasuredCase, measuredElsewhere, measuredIn } from './measured.ts';

const collection = measuredElsewhere();

describe('traces agree with Istio', () => {
  for (const file of callFiles) {
    it(`in the cases of ${file.replace('.jsonl', '')}`, () => {
      const cases = measuredIn(file);
      expect(cases.length).toBeGreaterThan(0);
      expect(cases.flatMap(disagreements)).toEqual([]);
    });
  }

  if (collection) {
    it('in every case of the collection', { timeout: 120_000 }, () => {
      const cases = collection;
      expect(cases.length).toBeGreaterThan(1000);
      expect(cases.flatMap(disagreements).slice(0, 5)).toEqual([]);
    });
  } else {
    it('in the cases of this folder only: the collection is not there', () => {
      expect(collection).toBeUndefined();
    });
  }
});

describe('what the API server and the webhook reject', () => {
  for (const file of callFiles) {
    it(`is left out in the cases of ${file.replace('.jsonl', '')}`, () => {
      expect(measuredIn(file).flatMap(wronglyLeftOut)).toEqual([]);
    });
  }

  if (collection) {
    it('is left out in every case of the collection', { timeout: 120_000 }, () => {
      expect(collection.flatMap(wronglyLeftOut).slice(0, 5)).toEqual([]);
    });
  }
});

/** Resources that are in the mesh here and not there, or the reverse. */
function wronglyLeftOut(each: MeasuredCase): readonly object[] {
  const want = (each.answer.rejected ?? []).map(({ resource }) => resource).sort();
  const got = rejectedBy(each);
  return JSON.stringify(want) === JSON.stringify(got) ? [] : [{ id: each.id, want, got }];
}

/** Calls whose answer is not Istio's, names included. */
function disagreements(each: MeasuredCase): readonly object[] {
  const answers = answerCase(each);
  return each.calls.flatMap((call, i) => {
    const want = text(each.answer.traces[i]);
    const got = text(answers[i]);
    return want === got ? [] : [{ id: each.id, mutations: each.mutations, call, want, got }];
  });
}

/** Keys in order; without what was not measured, and without empty lists and weights of zero, which Istio leaves out or not. */
function text(hop: Hop | undefined): string {
  return JSON.stringify(sorted(hop));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, each]) =>
      each !== undefined &&
      key !== 'because' &&
      !(key === 'weight' && each === 0) &&
      !(key === 'endpoints' && Array.isArray(each) && each.length === 0),
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, sorted(each)]));
}

function rejectedBy(each: MeasuredCase): readonly string[] {
  const { reader, accepts } = tracerOf(each).plane();
  const kinds = [
    'VirtualService',
    'ServiceEntry',
    'Gateway',
    'DestinationRule',
    'Sidecar',
    'K8sGateway',
    'HTTPRoute',
    'TLSRoute',
    'ReferenceGrant',
  ] as const;
  return kinds
    .flatMap((kind): readonly MeshObject[] => reader.all(kind))
    .filter((object) => !object.implied && !accepts(object))
    .map(titleOf)
    .sort();
}

/**
 * Traces against Istio's own control plane. The cases in this folder are facts measured on it: a workspace, calls made in it, and what every proxy on
 * the way does (`docs/semantics.md` has the rules). Some hundred are here; where the whole collection lies beside the repository, it is compared too.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerCase, type OracleCase, tracerOf } from '../../server/src/cli/oracle-answers.ts';
import type { Hop } from '../../server/src/trace/types.ts';

interface MeasuredCase extends OracleCase {
  readonly answer: {
    readonly traces: readonly Hop[];
    readonly rejected?: readonly { readonly resource: string; readonly error: string }[];
  };
}

const folder = new URL('./cases/', import.meta.url);
/** Cases of calls; those of single resources are another test's. */
const files = readdirSync(folder)
  .filter((name) => name !== 'validation.jsonl')
  .sort();
const collection = new URL('../../../shared/oracle/traces.jsonl', import.meta.url);

describe('traces agree with Istio', () => {
  for (const file of files) {
    it(`in the cases of ${file.replace('.jsonl', '')}`, () => {
      const cases = read(new URL(file, folder));
      expect(cases.length).toBeGreaterThan(0);
      expect(cases.flatMap(disagreements)).toEqual([]);
    });
  }

  if (existsSync(collection)) {
    it('in every case of the collection', { timeout: 120_000 }, () => {
      const cases = read(collection);
      expect(cases.length).toBeGreaterThan(1000);
      expect(cases.flatMap(disagreements).slice(0, 5)).toEqual([]);
    });
  } else {
    it('in the cases of this folder only: the collection is not there', () => {
      expect(existsSync(collection)).toBe(false);
    });
  }
});

describe('what the API server and the webhook reject', () => {
  for (const file of files) {
    it(`is left out in the cases of ${file.replace('.jsonl', '')}`, () => {
      expect(read(new URL(file, folder)).flatMap(wronglyLeftOut)).toEqual([]);
    });
  }

  if (existsSync(collection)) {
    it('is left out in every case of the collection', { timeout: 120_000 }, () => {
      expect(read(collection).flatMap(wronglyLeftOut).slice(0, 5)).toEqual([]);
    });
  }
});

/** Resources that are in the mesh here and not there, or the reverse. */
function wronglyLeftOut(each: MeasuredCase): readonly object[] {
  const want = (each.answer.rejected ?? []).map(({ resource }) => resource).sort();
  const got = rejectedBy(each);
  return JSON.stringify(want) === JSON.stringify(got) ? [] : [{ id: each.id, want, got }];
}

function read(file: URL): readonly MeasuredCase[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as MeasuredCase);
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
  const kinds = ['VirtualService', 'ServiceEntry', 'Gateway', 'DestinationRule', 'Sidecar'] as const;
  return kinds
    .flatMap((kind) => reader.all(kind))
    .filter((object) => !accepts(object))
    .map(({ resource, namespace }) => `${resource.kind} ${namespace ?? ''}/${resource.name.value ?? ''}`)
    .sort();
}

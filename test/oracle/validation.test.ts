/**
 * Verdicts on single resources against the API server's schemas and istiod's webhook. The cases in this folder are facts measured on them, one of
 * every kind of complaint; where the whole collection lies beside the repository, it is compared too.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type OracleCase, tracerOf, verdictOf } from '../../server/src/cli/oracle-answers.ts';

interface MeasuredResource {
  readonly id: string;
  readonly text: string;
  /** Why the API server, or else the webhook, rejects it. */
  readonly apiServer?: string;
  readonly webhook?: string;
  readonly warning?: string;
}

const own = new URL('./cases/validation.jsonl', import.meta.url);
const collection = new URL('../../../shared/oracle/validation.jsonl', import.meta.url);

describe('verdicts agree with the API server and the webhook', () => {
  it('in the cases of this folder', () => {
    const cases = read(own);
    expect(cases.length).toBeGreaterThan(500);
    expect(cases.flatMap(disagreement)).toEqual([]);
  });

  if (existsSync(collection)) {
    it('in every case of the collection', () => {
      const cases = read(collection);
      expect(cases.length).toBeGreaterThan(1000);
      expect(cases.flatMap(disagreement).slice(0, 5)).toEqual([]);
    });
  } else {
    it('in the cases of this folder only: the collection is not there', () => {
      expect(existsSync(collection)).toBe(false);
    });
  }
});

const workspaces = new URL('../../../shared/oracle/gateway-api.jsonl', import.meta.url);

describe('Gateway API resources', () => {
  if (existsSync(workspaces)) {
    it('are rejected in the collection where the API server rejects them', () => {
      const wrong = readFileSync(workspaces, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as MeasuredWorkspace)
        .flatMap(wronglyRejected);
      expect(wrong.slice(0, 5)).toEqual([]);
    });
  } else {
    it('are not compared: the collection is not there', () => {
      expect(existsSync(workspaces)).toBe(false);
    });
  }
});

interface MeasuredWorkspace extends OracleCase {
  readonly answer: { readonly rejected?: readonly { readonly resource: string }[] };
}

function wronglyRejected(each: MeasuredWorkspace): readonly object[] {
  const { reader, accepts } = tracerOf(each).plane();
  const kinds = [
    'K8sGateway',
    'HTTPRoute',
    'TLSRoute',
    'ReferenceGrant',
    'ServiceEntry',
    'DestinationRule',
    'Sidecar',
  ] as const;
  const got = kinds
    .flatMap((kind) => reader.all(kind))
    .filter((object) => !accepts(object))
    .map(
      ({ resource, namespace }) =>
        `${resource.kind.replace('K8s', '')} ${namespace ?? ''}/${resource.name.value ?? ''}`,
    );
  const want = (each.answer.rejected ?? []).map(({ resource }) => resource);
  return JSON.stringify(want.sort()) === JSON.stringify(got.sort()) ? [] : [{ id: each.id, want, got }];
}

function read(file: URL): readonly MeasuredResource[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as MeasuredResource);
}

function disagreement({ id, text, apiServer, webhook, warning }: MeasuredResource): readonly object[] {
  const rejected = apiServer !== undefined || webhook !== undefined;
  const want = { rejected, warned: !rejected && warning !== undefined };
  const got = verdictOf(text);
  return got.rejected === want.rejected && got.warned === want.warned
    ? []
    : [{ id, want, got, apiServer, webhook, warning }];
}

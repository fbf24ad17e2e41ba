/**
 * Routes created into workspaces that Istio's own control plane was measured on: a case in which everything works must work as before, with as few findings.
 * Where the whole collection lies beside the repository, a sample of its sound cases is taken; `ISTIO_EGRESS_ALL_CASES=1` takes all.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { endingsOf } from '../../server/src/calls/endings.ts';
import { answerCase, findingsOf, type OracleCase } from '../../server/src/cli/oracle-answers.ts';
import { planRoute } from '../../server/src/scaffold/plan.ts';
import {
  FORM_IDS,
  type FormId,
  PATTERN_IDS,
  type PatternId,
  type RouteRequest,
} from '../../server/src/scaffold/request.ts';
import { PATTERNS } from '../../server/src/scaffold/patterns/all.ts';
import type { RoutePlan, Site } from '../../server/src/scaffold/types.ts';
import { applied, siteOf, type Texts } from './site.ts';

const folder = new URL('../oracle/cases/', import.meta.url);
const collections = ['traces', 'gateway-api'].map((name) => ({
  name,
  file: new URL(`../../../shared/oracle/${name}.jsonl`, import.meta.url),
}));
const SAMPLE = 100;

const NEARLY_ALL = 0.9;
/** A gateway that istiod runs for a Gateway of Gateway API opens the ports of its listeners only. */
const HALF = 0.5;

/** The patterns that each form has. */
const PATTERNS_IN: Readonly<Record<FormId, readonly PatternId[]>> = {
  istio: PATTERN_IDS,
  'gateway-api': PATTERN_IDS.filter((each) => 'route' in PATTERNS[each].gatewayApi),
};

describe.each(FORM_IDS)('a route in %s that is created into a workspace that works', (form) => {
  it('changes nothing else, in the cases of this repository', () => {
    const cases = readdirSync(folder)
      .filter((file) => file.endsWith('.jsonl') && file !== 'validation.jsonl')
      .flatMap((file) => read(new URL(file, folder)))
      .filter(isSound);
    expect(cases.length).toBeGreaterThan(0);
    expect(cases.flatMap((each, index) => outcomeOf(each, index, form).trouble)).toEqual([]);
  });

  for (const { name, file } of collections) {
    if (existsSync(file)) {
      it(`changes nothing else, in the collection ${name}`, { timeout: 300_000 }, () => {
        const all = read(file).filter(isSound);
        expect(all.length).toBeGreaterThan(0);
        const step = process.env.ISTIO_EGRESS_ALL_CASES ? 1 : Math.ceil(all.length / SAMPLE);
        const cases = all.filter((_, index) => index % step === 0);
        const outcomes = cases.map((each, index) => outcomeOf(each, index, form));
        expect(outcomes.flatMap(({ trouble }) => trouble)).toEqual([]);
        const created = outcomes.filter(({ status }) => status === 'ready').length;
        process.stdout.write(
          `Create egress route in ${form}: created in ${created} of ${cases.length} sound cases of ${name}, blocked in the others.\n`,
        );
        expect(created / cases.length).toBeGreaterThan(form === 'istio' && name === 'gateway-api' ? HALF : NEARLY_ALL);
      });
    } else {
      it(`is tried in the cases of this repository only: the collection ${name} is not there`, () => {
        expect(existsSync(file)).toBe(false);
      });
    }
  }
});

function read(file: URL): readonly OracleCase[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OracleCase);
}

/** Nothing was broken on purpose, and no call fails. */
function isSound(each: OracleCase): boolean {
  if (each.mutations.length > 0) return false;
  const endings = answerCase(each).flatMap(endingsOf);
  const fine = endings.every(({ verdict }) => verdict !== 'failed');
  return fine && endings.some(({ verdict }) => verdict.startsWith('outside'));
}

interface CaseOutcome {
  readonly status: RoutePlan['status'];
  readonly trouble: readonly object[];
}

/** What is worse after a route was created: each pattern in turn, for one namespace and for all. */
function outcomeOf(each: OracleCase, index: number, form: FormId): CaseOutcome {
  const patterns = PATTERNS_IN[form];
  const pattern = patterns[index % patterns.length] ?? 'http';
  const request: RouteRequest = {
    form,
    pattern,
    host: pattern === 'wildcard' ? '*.created.example' : 'new.created.example',
    ...(pattern === 'tcp' ? { port: 6379 } : {}),
    audience: index % 3 === 0 ? ['app'] : 'all',
    writeTo: ['app'],
  };
  const texts = new Map(each.files.map(({ path, text }) => [path, text]));
  const plan = planRoute(siteOfCase(each, texts), request);
  if (plan.status !== 'ready') {
    return {
      status: plan.status,
      trouble: plan.conflicts.length > 0 ? [] : [{ id: each.id, pattern, status: plan.status }],
    };
  }
  const files = [...applied(texts, plan)].map(([path, text]) => ({ path, text }));
  const after = { ...each, files };
  const was = { findings: findingsOf(each).map(line).sort(), answers: answerCase(each).map(endOf) };
  const is = { findings: findingsOf(after).map(line).sort(), answers: answerCase(after).map(endOf) };
  const same = JSON.stringify(was) === JSON.stringify(is);
  const again = planRoute(siteOfCase(after, new Map(files.map(({ path, text }) => [path, text]))), request);
  return {
    status: 'ready',
    trouble: [
      ...(same ? [] : [{ id: each.id, pattern, was: differing(was, is), is: differing(is, was) }]),
      ...(again.status === 'unchanged'
        ? []
        : [{ id: each.id, pattern, again: again.status, conflicts: again.conflicts }]),
    ],
  };
}

function differing(
  a: { findings: readonly string[]; answers: readonly string[] },
  b: { findings: readonly string[]; answers: readonly string[] },
): readonly string[] {
  return [
    ...a.findings.filter((each) => !b.findings.includes(each)),
    ...a.answers.filter((each) => !b.answers.includes(each)),
  ];
}

/** Without the message: it may list the namespaces that are known, and a route can bring one more. */
function line({ severity, code, path }: ReturnType<typeof findingsOf>[number]): string {
  return `${severity} ${code} ${path}`;
}

/** Names that may differ although the call goes the same way: those of listeners and of what decided. */
const NAMES: ReadonlySet<string> = new Set(['because', 'listener', 'routeConfig', 'virtualHost', 'route', 'config']);

/** An answer as far as a call tells: proxies, bytes, clusters, and where it ends. How a blocked call is told is of no account. */
function endOf(hop: ReturnType<typeof answerCase>[number]): string {
  if (endingsOf(hop).every(({ verdict }) => verdict === 'blocked')) return 'blocked';
  return JSON.stringify(hop, (key, value: unknown) => (NAMES.has(key) ? undefined : value));
}

/** As the answers to cases take them: everything is here. */
function siteOfCase(each: OracleCase, texts: Texts): Site {
  const told = /^outboundTrafficPolicy:/m.test(each.meshConfig ?? '');
  const config = each.meshConfig?.replace(/^(?=.)/gm, '    ');
  const head =
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: istio\n  namespace: istio-system\ndata:\n  mesh: |\n';
  const all = config === undefined ? texts : new Map([...texts, ['istio-configmap.yaml', head + config]]);
  return {
    ...siteOf(all, {
      complete: ['*'],
      defaultNamespace: 'default',
      sets: { cluster: ['.'] },
      istio: told ? {} : { outboundTrafficPolicy: 'ALLOW_ANY' },
    }),
    cluster: { pods: each.gateways.map((pod) => ({ ...pod, ports: pod.ports ?? {} })), shortNameDomain: '' },
  };
}

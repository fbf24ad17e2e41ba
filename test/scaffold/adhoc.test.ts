import { readFileSync } from 'node:fs';
import { it } from 'vitest';
import { endingsOf } from '../../server/src/calls/endings.ts';
import { answerCase, type OracleCase } from '../../server/src/cli/oracle-answers.ts';
import { planRoute } from '../../server/src/scaffold/plan.ts';
import { PATTERN_IDS } from '../../server/src/scaffold/request.ts';
import { applied, siteOf } from './site.ts';
import { judge } from './judge.ts';
it('x', { timeout: 600000 }, () => {
  const all = readFileSync('/work/shared/oracle/traces.jsonl', 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((l) => JSON.parse(l) as OracleCase)
    .filter(
      (e) =>
        e.mutations.length === 0 &&
        answerCase(e)
          .flatMap(endingsOf)
          .every((x) => x.verdict !== 'failed'),
    );
  const counts: Record<string, number> = {};
  const shown: Record<string, number> = {};
  const SAME = process.env.SAME === '1';
  const STEP = Number(process.env.STEP ?? 3);
  all.forEach((each, index) => {
    if (index % STEP) return;
    const texts = new Map(each.files.map((f) => [f.path, f.text]));
    const before = judge(texts)
      .findings.map((x) => x.split(':')[0])
      .sort();
    PATTERN_IDS.forEach((pattern) => {
      const called = each.calls.find((c) => !c.host.startsWith('unknown'))!;
      if (SAME && pattern === 'wildcard') return;
      const host = SAME ? called.host : pattern === 'wildcard' ? '*.created.example' : 'new.created.example';
      const plan = planRoute(siteOf(texts), {
        pattern,
        host,
        ...(pattern === 'tcp' ? { port: 6379 } : {}),
        ...(index % 2 ? { audience: ['app'], writeTo: ['app'] } : {}),
      });
      const key = `${pattern} ${plan.status} ${plan.conflicts[0]?.code ?? ''}`;
      counts[key] = (counts[key] ?? 0) + 1;
      const show = (what: string) => {
        const k = `${key} ${what.slice(0, 60)}`;
        shown[k] = (shown[k] ?? 0) + 1;
        if (shown[k]! <= 2) console.log(each.id, key, what);
      };
      if (plan.status === 'blocked')
        return show(plan.conflicts.map((c) => c.text + ' | ' + c.waysOut.map((w) => w.title)).join('; '));
      if (plan.status === 'unchanged') return;
      const after = applied(texts, plan);
      const j = judge(after);
      const now = j.findings.map((x) => x.split(':')[0]).sort();
      const extra = [...now];
      for (const b of before) {
        const i = extra.indexOf(b);
        if (i >= 0) extra.splice(i, 1);
      }
      if (extra.length) show('FINDING ' + j.findings.filter((f) => extra.includes(f.split(':')[0]!)).join('\n'));
      if (j.rejected.length) show('REJECTED ' + j.rejected);
    });
  });
  console.log(JSON.stringify(counts, null, 1));
});

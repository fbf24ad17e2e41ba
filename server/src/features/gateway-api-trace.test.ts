import { expect, it } from 'vitest';
import { analyze, filesOf } from '../../../test/support/annotated.ts';
import { API_HTTP, apiFixture } from '../../../test/support/gateway-api.ts';
import { callsAbout } from './calls-about.ts';
import { traceCall } from './trace-call.ts';

function subjectOf(more = '', egress = API_HTTP) {
  const [subject] = analyze(filesOf(apiFixture({ ...egress, more }))).traceables();
  if (!subject) throw new Error('There is one apply set.');
  return subject;
}

const CALL = { from: { namespace: 'app' }, host: 'api.example.com', port: 80, protocol: 'http' } as const;

it('lists and follows the calls of a route and of its Gateway', () => {
  const subject = subjectOf();
  const reader = subject.mesh.reader();
  for (const object of [...reader.all('HTTPRoute'), ...reader.all('K8sGateway')])
    expect(callsAbout(subject, object)).toEqual([CALL]);
  const { verdict, hop } = traceCall(subject, CALL);
  expect([verdict, hop.config, hop.clusters?.[0]?.next?.config]).toEqual([
    'outside',
    'HTTPRoute app/to-gateway',
    'HTTPRoute egress/from-gateway',
  ]);
});

it('does not trace through a waypoint', () => {
  const namespace = (labels: string) =>
    `# -- namespace.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: app, labels: {istio.io/dataplane-mode: ambient${labels}}}\n`;
  const bound = traceCall(subjectOf(namespace(', istio.io/use-waypoint: way')), CALL);
  expect([bound.verdict, ...bound.needs]).toEqual(['unknown', 'the way through waypoint app/way, which is not traced']);
  const none = subjectOf(namespace(', istio.io/use-waypoint: none'));
  const unbound = traceCall(none, CALL);
  expect([unbound.verdict, ...unbound.needs]).toEqual([
    'unknown',
    'sidecars in app: its pods are ambient, and without a waypoint their calls follow no route',
  ]);
  const injected = { ...CALL, from: { namespace: 'app', labels: { 'sidecar.istio.io/inject': 'true' } } };
  expect(traceCall(none, injected).verdict).toBe('outside');
});

it('says nothing of calls that only pods of ambient namespaces would make', () => {
  const ambient =
    '# -- ns.yaml\napiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Namespace, metadata: {name: app, labels: {istio.io/dataplane-mode: ambient}}}\n  - {apiVersion: v1, kind: Namespace, metadata: {name: egress, labels: {istio.io/dataplane-mode: ambient}}}\n';
  const cut = { ...API_HTTP, from: '' };
  const complete = '# -- .istio-egress.yaml\ncomplete: ["*"]\n';
  const codes = (more: string) => {
    const analysis = analyze(filesOf(apiFixture({ ...cut, more })));
    return analysis
      .paths()
      .flatMap(analysis.findings)
      .map(({ code }) => code);
  };
  expect(codes(complete)).toContain('gateway-leg-missing');
  expect(codes(complete + ambient)).not.toContain('gateway-leg-missing');
});

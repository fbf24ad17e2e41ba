/** Traces in an editor: asked from the palette, a finding or a hover, and followed while typing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CodeLensRequest, HoverRequest, type MarkupContent } from 'vscode-languageserver/node';
import {
  CALL_AT,
  LIST_CALLS,
  type ListCallsResult,
  TRACE_CALL,
  type TraceCallResult,
  type TraceQuestion,
  TRACES_CHANGED,
} from '../../server/src/protocol.ts';
import { build, Editor, exampleCopy, folderWith } from './editor.ts';

beforeAll(build, 120_000);

const ROUTE = 'egress/virtualservice.yaml';
const ENTRY = 'egress/serviceentry.yaml';
const CALL = 'http://httpbin.com from app';

async function opened(settings: unknown = { clients: ['app'] }): Promise<Editor> {
  const editor = await Editor.start({
    folders: [exampleCopy()],
    settings,
    initializationOptions: { traces: true },
  });
  for (const path of [ROUTE, ENTRY]) await editor.open(path);
  return editor;
}

async function traced(editor: Editor, question: TraceQuestion) {
  const answer = await editor.connection.sendRequest<TraceCallResult>(TRACE_CALL, question);
  if ('problem' in answer) throw new Error(answer.problem);
  return answer;
}

const verdict = async (editor: Editor) => (await traced(editor, { text: CALL })).text.split('\n')[0];

describe('a trace', () => {
  it('follows what is typed, from 404 to the outside', async () => {
    const editor = await opened();
    const seen = [await verdict(editor)];
    await editor.type(ROUTE, '  - istio-egressgateway\n', '  - istio-system/istio-egressgateway\n');
    await editor.type(ROUTE, '      - istio-egressgateway\n', '      - istio-system/istio-egressgateway\n');
    seen.push(await verdict(editor));
    await editor.type(ENTRY, '- "."', '- "."\n  - istio-system');
    seen.push(await verdict(editor));
    expect(seen).toEqual([
      `${CALL}: FAILS, 404 at the egress gateway`,
      `${CALL}: FAILS, 503 NC at the egress gateway`,
      `${CALL}: routed to the outside, through istio-system/istio-egressgateway`,
    ]);
  });

  it('tells when it may differ', async () => {
    const editor = await opened();
    let told = 0;
    const changed = new Promise<void>((resolve) => {
      editor.connection.onNotification(TRACES_CHANGED, () => {
        told++;
        resolve();
      });
    });
    await editor.pull(ROUTE);
    expect(told).toBe(0);
    await verdict(editor);
    await editor.type(ROUTE, '  - httpbin.com', '  - httpbin.org');
    await changed;
    expect(told).toBe(1);
  });

  it('links every resource that it names', async () => {
    const editor = await opened();
    const { text, links } = await traced(editor, { text: CALL });
    const lines = text.split('\n');
    const shown = links.map(({ range, uri, position }) => [
      lines[range.start.line]?.slice(range.start.character, range.end.character),
      uri.slice(editor.uri('').length + 1),
      position,
    ]);
    expect(shown).toEqual([
      ['egress/virtualservice.yaml:13', ROUTE, { line: 12, character: 4 }],
      [
        'VirtualService egress/gateway-routing, rule 1 (egress/virtualservice.yaml:16)',
        ROUTE,
        { line: 15, character: 6 },
      ],
      [
        'Gateway istio-system/istio-egressgateway (istio-system/gateway.yaml:10)',
        'istio-system/gateway.yaml',
        { line: 9, character: 3 },
      ],
      ['VirtualService egress/gateway-routing (egress/virtualservice.yaml:4)', ROUTE, { line: 3, character: 8 }],
    ]);
  });

  it('gives the commands that show the same in a cluster', async () => {
    const editor = await opened();
    const { istioctl } = await traced(editor, { text: 'http://httpbin.com from app/app=web' });
    expect(istioctl).toBe(`# sidecar app
istioctl proxy-config listener -n app "$(kubectl -n app get pod -l app=web -o name | head -n 1)" --port 80
istioctl proxy-config route -n app "$(kubectl -n app get pod -l app=web -o name | head -n 1)" --name 80
istioctl proxy-config cluster -n app "$(kubectl -n app get pod -l app=web -o name | head -n 1)" --direction outbound --fqdn istio-egressgateway.istio-system.svc.cluster.local --port 80
istioctl proxy-config endpoint -n app "$(kubectl -n app get pod -l app=web -o name | head -n 1)" --cluster 'outbound|80||istio-egressgateway.istio-system.svc.cluster.local'

# gateway istio-system/istio-egressgateway
istioctl proxy-config listener -n istio-system deploy/istio-egressgateway --port 8080
istioctl proxy-config route -n istio-system deploy/istio-egressgateway --name http.8080
`);
  });

  it('keeps method, headers and address, so that the request can be changed', async () => {
    const editor = await opened();
    const { question, text } = await traced(editor, {
      text: `post http://httpbin.com/v1 from app -H "x-user: jason" --header debug=1`,
    });
    expect(question.text).toBe("POST http://httpbin.com/v1 from app -H 'x-user: jason' -H 'debug: 1'");
    expect(text).toMatch(/^POST http:\/\/httpbin\.com\/v1 from app: .*\nHeaders: x-user: jason, debug: 1\n/);
    const again = await traced(editor, question);
    expect(again).toMatchObject({ question, text });
    const tcp = await traced(editor, { text: 'tcp://db.example.com:5432 from app --address 10.0.0.7' });
    expect(tcp.question.text).toBe('tcp://db.example.com:5432 from app --address 10.0.0.7');
  });

  it('says what is wrong with what was typed', async () => {
    const editor = await opened();
    const asked = (text: string) => editor.connection.sendRequest<TraceCallResult>(TRACE_CALL, { text });
    expect(await asked('httpbin.com from app')).toEqual({
      problem: 'Add http://, https://, tcp:// or tls://. Write it like: GET https://api.example.com/v1 from team-a',
    });
    expect(await asked('http://httpbin.com')).toEqual({
      problem: 'Say which namespace calls: http://httpbin.com from team-a',
    });
  });

  it('is followed in the apply set that is asked for', async () => {
    const example = (name: string) => readFileSync(join(exampleCopy(), name), 'utf8');
    const editor = await Editor.start({
      folders: [
        folderWith({
          '.istio-egress.yaml': 'sets:\n  broken: [broken]\n  fixed: [fixed]\n',
          'broken/route.yaml': example(ROUTE),
          'broken/entry.yaml': example(ENTRY),
          'broken/gateway.yaml': example('istio-system/gateway.yaml'),
          'fixed/route.yaml': example(ROUTE).replaceAll(
            /- istio-egressgateway$/gm,
            '- istio-system/istio-egressgateway',
          ),
          'fixed/entry.yaml': example(ENTRY).replace('"."', '"*"'),
          'fixed/gateway.yaml': example('istio-system/gateway.yaml'),
        }),
      ],
    });
    const { sets, verdict: first } = await traced(editor, { text: CALL });
    const fixed = sets.find(({ title }) => title === 'fixed');
    if (!fixed) throw new Error('no such set');
    const second = await traced(editor, { text: CALL, set: fixed.id });
    expect({ sets: sets.map(({ title }) => title), first, second: second.verdict }).toEqual({
      sets: ['broken', 'fixed'],
      first: 'failed',
      second: 'outside',
    });
    expect(second.text).toContain('Apply set: fixed.');
  });
});

describe('the ways in', () => {
  it('list the calls of the workspace', async () => {
    const editor = await opened({ clients: ['app', 'team-b'] });
    const { calls, more } = await editor.connection.sendRequest<ListCallsResult>(LIST_CALLS, {});
    expect(more).toBe(false);
    expect(calls.map(({ text, verdict, outcome }) => [text, verdict, outcome])).toEqual([
      ['http://httpbin.com from egress', 'failed', '404 at the egress gateway'],
      ['http://httpbin.com from app', 'failed', '404 at the egress gateway'],
      ['http://httpbin.com from team-b', 'failed', '404 at the egress gateway'],
    ]);
  });

  it('lead from a finding to the call that shows it, without a question', async () => {
    const editor = await opened();
    const [diagnostic] = await editor.pull(ROUTE);
    if (!diagnostic) throw new Error('no finding');
    const actions = await editor.fixes(ROUTE, diagnostic);
    expect(actions.map(({ title }) => title)).toEqual([
      'Use istio-system/istio-egressgateway (2 places)',
      'Trace this call',
      'It lives elsewhere: declare Gateway egress/istio-egressgateway in .istio-egress.yaml',
      'Ignore gateway-not-found on this line',
      'Ignore gateway-not-found in this VirtualService',
      'Turn off gateway-not-found in .istio-egress.yaml',
    ]);
    const [asked] = actions[1]?.command?.arguments ?? [];
    expect(await editor.connection.sendRequest(CALL_AT, asked)).toMatchObject({
      text: 'http://httpbin.com from egress',
    });
  });

  it('tell on a host, a gateway and a destination where the calls go', async () => {
    const editor = await opened();
    const hover = async (line: number, character: number) => {
      const found = await editor.connection.sendRequest(HoverRequest.type, {
        textDocument: { uri: editor.uri(ROUTE) },
        position: { line, character },
      });
      return found && (found.contents as MarkupContent).value.replaceAll(/\(command:[^)]*\)/g, '(…)');
    };
    const lines = [
      '- ✗ `http://httpbin.com from egress`: 404 at the egress gateway · [Trace](…)',
      '- ✗ `http://httpbin.com from app`: 404 at the egress gateway · [Trace](…)',
    ].join('\n');
    expect([await hover(7, 6), await hover(12, 6), await hover(20, 20), await hover(1, 2)]).toEqual([
      lines,
      lines,
      lines,
      null,
    ]);
  });

  it('have a code lens where it is asked for', async () => {
    const lenses = async (settings: unknown) => {
      const editor = await opened(settings);
      const found = await editor.connection.sendRequest(CodeLensRequest.type, {
        textDocument: { uri: editor.uri(ROUTE) },
      });
      return (found ?? []).map(({ range, command }) => [range.start.line, command?.title]);
    };
    expect(await lenses({})).toEqual([]);
    expect(await lenses({ codeLens: { enabled: true } })).toEqual([
      [1, '✗ http://httpbin.com from egress: 404 at the egress gateway'],
    ]);
  });
});

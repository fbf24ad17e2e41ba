/** What the light bulb offers to complete a route: each part that is missing, made by the same plans as a whole route. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CodeAction,
  CodeActionRequest,
  CodeActionTriggerKind,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { DEFAULT_SETTINGS } from '../../server/src/workspace/settings.ts';
import { PLAN_ROUTE, type PlanRouteResult, type RouteQuestion } from '../../server/src/protocol.ts';
import { planRoute } from '../../server/src/scaffold/plan.ts';
import type { RouteRequest } from '../../server/src/scaffold/request.ts';
import { build, Editor, folderWith } from './editor.ts';

beforeAll(build, 120_000);

const RESOLVES = {
  workspace: { workspaceEdit: { documentChanges: true, resourceOperations: ['create' as const] }, configuration: true },
  textDocument: {
    diagnostic: {},
    codeAction: { dataSupport: true, resolveSupport: { properties: ['edit'] } },
  },
};

/** A sound route, one file for each resource. */
function route(
  asked: Pick<RouteRequest, 'host' | 'pattern' | 'form'> = { host: 'api.example.com', pattern: 'tls-passthrough' },
): Readonly<Record<string, string>> {
  const site = { root: '/', settings: DEFAULT_SETTINGS, files: new Map(), text: () => undefined };
  const { files, created } = planRoute(site, {
    ...asked,
    namespace: 'team-a',
    audience: ['team-a'],
    writeTo: ['team-a', 'istio-system'],
  });
  const texts = files.flatMap(({ after }) => after.split('---\n'));
  const names = created.map(({ kind }) => kind.toLowerCase());
  // Of a wildcard there are two ServiceEntries.
  const again = (index: number) => (names.indexOf(names[index] ?? '') < index ? '-2' : '');
  return Object.fromEntries(texts.map((text, index) => [`${names[index]}${again(index)}.yaml`, text]));
}

/** Opens the route without some of it, with all of it in the workspace. */
async function opened(files: Readonly<Record<string, string>>): Promise<Editor> {
  const editor = await Editor.start({
    folders: [folderWith(files)],
    capabilities: RESOLVES,
    settings: { complete: ['*'], egressGateways: [GATEWAY] },
    initializationOptions: { creates: true },
  });
  for (const path of Object.keys(files)) await editor.open(path);
  return editor;
}

const GATEWAY = {
  service: 'istio-system/istio-egressgateway',
  selector: { istio: 'egressgateway' },
  ports: [80, 443],
};

/** The findings of a file with what completes the route. */
async function offered(editor: Editor, path: string): Promise<readonly (readonly [string, readonly CodeAction[]])[]> {
  return Promise.all(
    (await editor.pull(path)).map(async (each) => {
      const actions = await editor.fixes(path, each);
      return [String(each.code), actions.filter(({ data }) => data !== undefined && 'route' in data)] as const;
    }),
  );
}

/** Takes the one action that is offered for a code, and gives what is found after it. */
async function taken(editor: Editor, code: string): Promise<{ title: string; left: readonly string[] }> {
  const found = (await offered(editor, 'virtualservice.yaml')).filter(([each]) => each === code);
  const [action] = found[0]?.[1] ?? [];
  if (!action) throw new Error(`Nothing for ${code}: ${JSON.stringify(await editor.pull('virtualservice.yaml'))}`);
  const { edit } = await editor.resolve(action);
  for (const change of (edit as WorkspaceEdit).documentChanges ?? []) {
    if (!('textDocument' in change)) continue;
    const [first] = change.edits;
    if (!first || !('newText' in first)) continue;
    if (change.textDocument.version === null) await editor.open(change.textDocument.uri, first.newText);
    else await editor.apply({ documentChanges: [change] });
  }
  return { title: action.title, left: (await editor.pull('virtualservice.yaml')).map((each) => String(each.code)) };
}

function without(files: Readonly<Record<string, string>>, path: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).filter(([each]) => each !== path));
}

describe('the light bulb', () => {
  it('creates the ServiceEntry of a host', async () => {
    const editor = await opened(without(route(), 'serviceentry.yaml'));
    expect(await taken(editor, 'destination-host-not-found')).toEqual({
      title: 'Create ServiceEntry team-a/api-example-com',
      left: [],
    });
  });

  it('creates a Gateway of the name that is written', async () => {
    const editor = await opened(without(route(), 'gateway.yaml'));
    expect(await taken(editor, 'gateway-not-found')).toEqual({
      title: 'Create Gateway istio-system/api-example-com',
      left: [],
    });
  });

  it('creates the DestinationRule of a subset', async () => {
    const editor = await opened(without(route(), 'destinationrule.yaml'));
    expect(await taken(editor, 'subset-not-found')).toEqual({
      title: 'Create DestinationRule istio-system/egressgateway-for-api-example-com',
      left: [],
    });
  });

  it('extends the DestinationRule that lacks a subset', async () => {
    const files = route();
    const other = (files['destinationrule.yaml'] ?? '').replace('- name: api-example-com', '- name: other');
    const editor = await opened({ ...files, 'destinationrule.yaml': other });
    expect(await taken(editor, 'subset-not-found')).toEqual({
      title: 'Extend DestinationRule istio-system/egressgateway-for-api-example-com',
      left: [],
    });
    expect(editor.text('destinationrule.yaml')).toBe(
      other.replace('- name: other', '- name: other\n    - name: api-example-com'),
    );
  });

  it('adds the gateway leg', async () => {
    const files = route();
    const text = files['virtualservice.yaml'] ?? '';
    const start = text.lastIndexOf('    - match:');
    const half = text.slice(0, start) + text.slice(text.indexOf('  exportTo:'));
    const editor = await opened({ ...files, 'virtualservice.yaml': half });
    expect(await taken(editor, 'gateway-leg-missing')).toEqual({
      title: 'Extend VirtualService team-a/api-example-com',
      left: [],
    });
  });

  it('leads from a ServiceEntry without a route, and from an address, to the command', async () => {
    const files = route();
    const editor = await opened({
      'serviceentry.yaml': files['serviceentry.yaml'] ?? '',
      'notes.yaml': 'see: https://a.example.com/x\n',
    });
    const at = async (
      path: string,
      line: number,
      character: number,
      triggerKind: CodeActionTriggerKind = CodeActionTriggerKind.Invoked,
    ) => {
      const position = { line, character };
      const actions = await editor.connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri: editor.uri(path) },
        range: { start: position, end: position },
        context: { diagnostics: [], triggerKind },
      });
      return (actions ?? []).map(({ title, command }) => [title, typeof command === 'object' ? command.arguments : []]);
    };
    const folder = editor.uri('').replace(/\/$/, '');
    expect(await at('serviceentry.yaml', 3, 10)).toEqual([
      ['Route https://api.example.com through the egress gateway…', [{ address: 'https://api.example.com', folder }]],
    ]);
    expect(await at('serviceentry.yaml', 1, 2)).toEqual([]);
    expect(await at('notes.yaml', 0, 12)).toEqual([
      ['Route https://a.example.com through the egress gateway…', [{ address: 'https://a.example.com', folder }]],
    ]);
    // A light bulb beside every address would be noise.
    expect(await at('notes.yaml', 0, 12, CodeActionTriggerKind.Automatic)).toEqual([]);
  });

  it.each(['istio', 'gateway-api'] as const)(
    'does not lead away from a ServiceEntry that is routed: %s',
    async (form) => {
      const editor = await opened(route({ host: 'api.example.com', pattern: 'tls-passthrough', form }));
      const position = { line: 3, character: 10 };
      const actions = await editor.connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri: editor.uri('serviceentry.yaml') },
        range: { start: position, end: position },
        context: { diagnostics: [] },
      });
      expect(actions).toEqual([]);
    },
  );

  it('leads from a wildcard to a summary, since nobody but the user knows the server that answers for it', async () => {
    const editor = await opened({
      'virtualservice.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: wild
  namespace: team-a
spec:
  hosts:
    - '*.example.com'
  tls:
    - match: [{port: 443, sniHosts: ['*.example.com']}]
      route: [{destination: {host: www.example.com, port: {number: 443}}}]
`,
      'serviceentry.yaml': `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: wild
  namespace: team-a
spec:
  hosts: ['*.example.org']
  location: MESH_EXTERNAL
  ports: [{number: 443, name: tls, protocol: TLS}]
`,
      'servers.yaml': `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: servers
  namespace: team-a
spec:
  hosts: [www.example.org, edge.example.org]
  location: MESH_EXTERNAL
  ports: [{number: 443, name: tls, protocol: TLS}]
  resolution: DNS
`,
    });
    const at = async (path: string, line: number) => {
      const position = { line, character: 12 };
      const actions = await editor.connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri: editor.uri(path) },
        range: { start: position, end: position },
        context: { diagnostics: [], only: ['refactor'] },
      });
      return (actions ?? []).map(({ title, command }) => [title, typeof command === 'object' ? command.arguments : []]);
    };
    const folder = editor.uri('').replace(/\/$/, '');
    expect(await at('serviceentry.yaml', 6)).toEqual([
      ['Route https://*.example.org through the egress gateway…', [{ address: 'https://*.example.org', folder }]],
    ]);
    const offered = await at('virtualservice.yaml', 7);
    const changes = { host: '*.example.com', pattern: 'wildcard', namespace: 'team-a', audience: 'all' };
    const question = { address: 'https://*.example.com', folder, changes };
    expect(offered).toEqual([['Route https://*.example.com through the egress gateway…', [question]]]);
    const planned = async (asked: RouteQuestion) => {
      const plan = await editor.connection.sendRequest<PlanRouteResult>(PLAN_ROUTE, asked);
      if ('problem' in plan) throw new Error(plan.problem);
      return plan;
    };
    // What is written sends calls elsewhere, so that is asked first.
    const [conflict] = (await planned(question)).conflicts;
    expect(conflict?.waysOut.map(({ title }) => title)).toContain('Extend it');
    const { state, choices } = await planned({ address: 'https://*.example.org', folder });
    const server = choices.find(({ id }) => id === 'server');
    expect([state, server?.value, server?.alternatives.map(({ title }) => title)]).toEqual([
      'ready',
      'www.example.org',
      ['edge.example.org'],
    ]);
  });

  it('completes the route of a wildcard whose server is told, and asks for it in a summary otherwise', async () => {
    const files = route({ host: '*.example.com', pattern: 'wildcard' });
    const told = await opened(without(files, 'gateway.yaml'));
    expect(await taken(told, 'gateway-not-found')).toEqual({
      title: 'Create Gateway istio-system/wildcard-example-com',
      left: [],
    });
    const text = files['virtualservice.yaml'] ?? '';
    const half = text.slice(0, text.lastIndexOf('    - match:')) + text.slice(text.indexOf('  exportTo:'));
    const asked = await opened({ ...files, 'virtualservice.yaml': half });
    const [finding] = await asked.pull('virtualservice.yaml');
    if (finding?.code !== 'gateway-leg-missing') throw new Error(JSON.stringify(finding));
    const [lead] = (await asked.fixes('virtualservice.yaml', finding)).filter(({ title }) => title.endsWith('…'));
    expect([lead?.title, lead?.command?.arguments?.[0].changes]).toEqual([
      'Complete the route to *.example.com…',
      {
        host: '*.example.com',
        gateway: 'istio-system/istio-egressgateway',
        namespace: 'team-a',
        audience: ['team-a'],
        pattern: 'wildcard',
      },
    ]);
  });
});

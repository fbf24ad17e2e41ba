/** The commands of the palette and of the status item. */
import * as vscode from 'vscode';
import type { RouteItem } from '../../server/src/protocol.ts';
import type { Pages } from './pages.ts';
import type { Server } from './server.ts';
import { textOf } from './status-item.ts';

export interface CommandParts {
  readonly server: Server;
  readonly pages: Pages;
  readonly log: vscode.LogOutputChannel;
}

export function registerCommands({ server, pages, log }: CommandParts): vscode.Disposable {
  const commands: Readonly<Record<string, () => unknown>> = {
    'istioEgress.restartServer': () => server.restart(),
    'istioEgress.showLog': () => log.show(),
    'istioEgress.checkWorkspace': () => checkWorkspace(server),
    'istioEgress.explainFile': () => explainFile(server, pages),
    'istioEgress.showRoutes': () => showRoutes(server),
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, run]) => vscode.commands.registerCommand(id, run)),
  );
}

/** How long a result stays in the status bar, in milliseconds. */
const SHOWN = 10_000;

async function checkWorkspace(server: Server): Promise<void> {
  const result = await server.check();
  if (!result) return;
  await vscode.commands.executeCommand('workbench.actions.view.problems');
  vscode.window.setStatusBarMessage(textOf(result), SHOWN);
}

async function explainFile(server: Server, pages: Pages): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (!uri) return;
  const markdown = await server.explain(uri);
  if (markdown === undefined) return;
  const file = vscode.workspace.asRelativePath(uri);
  await pages.show(vscode.l10n.t('Apply set of this file'), `# \`${file}\`\n\n${markdown}\n`);
}

interface RoutePick extends vscode.QuickPickItem {
  /** Absent for a separator. */
  readonly place?: vscode.Location;
}

/** Lists every route: what fails first, then what could not be checked, with what it needs. */
async function showRoutes(server: Server): Promise<void> {
  const routes = await server.routes();
  const placeHolder =
    routes.length > 0
      ? vscode.l10n.t('Routes through an egress gateway')
      : vscode.l10n.t('No route through an egress gateway was found');
  const options = { placeHolder, matchOnDescription: true, matchOnDetail: true };
  const chosen = await vscode.window.showQuickPick(picksOf(routes), options);
  if (!chosen?.place) return;
  await vscode.window.showTextDocument(chosen.place.uri, { selection: chosen.place.range });
}

const ICONS = { fail: 'error', unchecked: 'question', pass: 'pass' } as const;

/** Under a heading for each state, in the order of the server. */
function picksOf(routes: readonly RouteItem[]): readonly RoutePick[] {
  const headings = {
    fail: vscode.l10n.t('Fail'),
    unchecked: vscode.l10n.t('Not checked'),
    pass: vscode.l10n.t('Pass'),
  };
  return routes.flatMap((route, index) => {
    const isFirst = routes[index - 1]?.state !== route.state;
    const heading = { label: headings[route.state], kind: vscode.QuickPickItemKind.Separator };
    return isFirst ? [heading, pick(route)] : [pick(route)];
  });
}

function pick({ uri, range: { start, end }, name, state, needs, warnings }: RouteItem): RoutePick {
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  const place = new vscode.Location(vscode.Uri.parse(uri), range);
  const file = `${vscode.workspace.asRelativePath(place.uri)}:${start.line + 1}`;
  const details = [
    ...(needs === undefined ? [] : [vscode.l10n.t('needs {0}', needs)]),
    ...(warnings === undefined
      ? []
      : [warnings === 1 ? vscode.l10n.t('1 warning') : vscode.l10n.t('{0} warnings', warnings)]),
  ];
  const detail = details.length === 0 ? {} : { detail: details.join(' · ') };
  const icon = state === 'pass' && warnings !== undefined ? 'warning' : ICONS[state];
  return { label: `$(${icon}) ${name}`, description: file, place, ...detail };
}

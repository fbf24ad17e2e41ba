/** The commands of the palette and of the status item. */
import * as vscode from 'vscode';
import type { Pages } from './pages.ts';
import type { Server } from './server.ts';
import { type StatusItem, textOf } from './status-item.ts';

export interface CommandParts {
  readonly server: Server;
  readonly status: StatusItem;
  readonly pages: Pages;
  readonly log: vscode.LogOutputChannel;
}

export function registerCommands({ server, status, pages, log }: CommandParts): vscode.Disposable {
  const commands: Readonly<Record<string, () => unknown>> = {
    'istioEgress.restartServer': () => server.restart(),
    'istioEgress.showLog': () => log.show(),
    'istioEgress.checkWorkspace': () => checkWorkspace(server),
    'istioEgress.explainFile': () => explainFile(server, pages),
    'istioEgress.showRoutes': () => showRoutes(status),
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
  readonly place: vscode.Location;
}

/** Lists what fails, and what could not be checked with what it needs. */
async function showRoutes(status: StatusItem): Promise<void> {
  const failing = vscode.languages
    .getDiagnostics()
    .flatMap(([uri, diagnostics]) =>
      diagnostics
        .filter(({ source, severity }) => source === 'Istio Egress' && severity === vscode.DiagnosticSeverity.Error)
        .map(({ message, range }) => pick('error', message, new vscode.Location(uri, range))),
    );
  const unchecked = (status.last?.unchecked ?? []).map(({ uri, range, needs }) => {
    const { start, end } = range;
    const place = new vscode.Range(start.line, start.character, end.line, end.character);
    return pick(
      'question',
      vscode.l10n.t('Not checked: needs {0}', needs),
      new vscode.Location(vscode.Uri.parse(uri), place),
    );
  });
  const picks = [...failing, ...unchecked];
  const placeHolder =
    picks.length > 0
      ? vscode.l10n.t('Calls that fail, and routes that were not checked')
      : vscode.l10n.t('Every route was checked, and none fails');
  const chosen = await vscode.window.showQuickPick(picks, { placeHolder, matchOnDescription: true });
  if (!chosen) return;
  await vscode.window.showTextDocument(chosen.place.uri, { selection: chosen.place.range });
}

function pick(icon: string, label: string, place: vscode.Location): RoutePick {
  const file = vscode.workspace.asRelativePath(place.uri);
  return { label: `$(${icon}) ${label}`, description: `${file}:${place.range.start.line + 1}`, place };
}

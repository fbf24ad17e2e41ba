/** All safe fixes at once: what they would change is shown first, and nothing is written before it is chosen. */
import * as vscode from 'vscode';
import type { SafeFix } from '../../../server/src/protocol.ts';
import type { Fixes, Server } from '../server.ts';
import type { FixPreviews } from './previews.ts';

/** How long a result stays in the status bar, in milliseconds. */
const SHOWN = 10_000;

export function registerFixCommands(server: Server, previews: FixPreviews): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('istioEgress.fixFile', () => {
      const uri = vscode.window.activeTextEditor?.document.uri;
      return uri && fix(server, previews, uri);
    }),
    vscode.commands.registerCommand('istioEgress.fixWorkspace', () => fix(server, previews, undefined)),
  );
}

type Choice = vscode.QuickPickItem & { readonly run?: (fixes: Fixes) => Promise<'done' | 'stay'> };

/** @param uri of a file; undefined for the whole workspace */
async function fix(server: Server, previews: FixPreviews, uri: vscode.Uri | undefined): Promise<void> {
  const found = await server.fixes(uri);
  if (!found) return;
  if (found.fixes.length === 0) {
    tell(
      uri
        ? vscode.l10n.t('Nothing in this file has a fix that is safe')
        : vscode.l10n.t('Nothing in the workspace has a fix that is safe'),
    );
    return;
  }
  choose(server, previews, uri, found);
}

/** One list: apply, look, and every fix. It stays when focus is lost, so that the preview can be read. */
function choose(server: Server, previews: FixPreviews, uri: vscode.Uri | undefined, first: Fixes): void {
  const pick = vscode.window.createQuickPick<Choice>();
  let shown = first;
  const fill = (fixes: Fixes) => {
    shown = fixes;
    pick.items = [
      { label: `$(check) ${summaryOf(fixes)}`, run: apply },
      { label: `$(diff-multiple) ${vscode.l10n.t('Preview changes')}`, run: preview },
      { label: vscode.l10n.t('Fixes'), kind: vscode.QuickPickItemKind.Separator },
      ...fixes.fixes.map((each) => ({ ...itemOf(each), run: () => show(each) })),
    ];
  };
  const apply = async (fixes: Fixes): Promise<'done' | 'stay'> => {
    const now = await server.fixes(uri);
    if (!now || !isSame(now, fixes)) {
      if (now) fill(now);
      pick.title = vscode.l10n.t('Files have changed: these are the fixes now');
      return 'stay';
    }
    const applied = await vscode.workspace.applyEdit(now.edit);
    tell(applied ? doneOf(now) : vscode.l10n.t('The fixes could not be applied'));
    return 'done';
  };
  const preview = async ({ edit }: Fixes): Promise<'stay'> => {
    await previews.show(vscode.l10n.t('Safe fixes'), edit);
    return 'stay';
  };
  pick.title = uri
    ? vscode.l10n.t('Fix all safe problems in {0}', vscode.workspace.asRelativePath(uri))
    : vscode.l10n.t('Fix all safe problems in the workspace');
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  fill(first);
  pick.onDidHide(() => pick.dispose());
  pick.onDidAccept(async () => {
    const [chosen] = pick.selectedItems;
    if ((await chosen?.run?.(shown)) === 'done') pick.hide();
  });
  pick.show();
}

function itemOf({ title, code, uri, range }: SafeFix): vscode.QuickPickItem {
  const file = vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
  return { label: title, description: `${file}:${range.start.line + 1} · ${code}` };
}

async function show({ uri, range: { start, end } }: SafeFix): Promise<'stay'> {
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection, preserveFocus: true, preview: true });
  return 'stay';
}

/** `Apply 3 fixes in 2 files`. */
function summaryOf({ fixes, edit }: Fixes): string {
  const files = filesOf(edit);
  return fixes.length === 1
    ? vscode.l10n.t('Apply 1 fix in {0}', files)
    : vscode.l10n.t('Apply {0} fixes in {1}', fixes.length, files);
}

function doneOf({ fixes, edit }: Fixes): string {
  const files = filesOf(edit);
  return fixes.length === 1
    ? vscode.l10n.t('1 fix applied in {0}, not yet saved', files)
    : vscode.l10n.t('{0} fixes applied in {1}, not yet saved', fixes.length, files);
}

function filesOf({ size }: vscode.WorkspaceEdit): string {
  return size === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', size);
}

function isSame(a: Fixes, b: Fixes): boolean {
  const written = ({ edit }: Fixes) =>
    JSON.stringify(
      edit.entries().map(([uri, edits]) => [uri.toString(), edits.map(({ range, newText }) => [range, newText])]),
    );
  return written(a) === written(b);
}

function tell(text: string): void {
  vscode.window.setStatusBarMessage(text, SHOWN);
}

/** The commands that create a route and take it back. */
import * as vscode from 'vscode';
import { CREATE_COMMAND, type RestoredFile, type RouteQuestion } from '../../../server/src/protocol.ts';
import type { PlanPreviews } from './previews.ts';
import { runWizard, type WizardParts } from './wizard.ts';

/** How long a result stays in the status bar, in milliseconds. */
const SHOWN = 10_000;

export function registerCreateCommands(parts: WizardParts): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(CREATE_COMMAND, (about?: vscode.Uri | RouteQuestion) => create(parts, about)),
    vscode.commands.registerCommand('istioEgress.undoCreateRoute', () => undo(parts)),
  );
}

/**
 * Resolves when the first step is on the screen.
 *
 * @param about a file or folder of the explorer or of an editor; or a route that is filled in already
 */
async function create(parts: WizardParts, about: vscode.Uri | RouteQuestion | undefined): Promise<void> {
  if (about && !(about instanceof vscode.Uri)) return shown(parts, about, 'summary');
  const editor = vscode.window.activeTextEditor;
  const place = about ?? editor?.document.uri;
  // Whoever chose another file does not mean the address at the cursor.
  const isMeant =
    place?.toString() === editor?.document.uri.toString() || (place !== undefined && (await isFolder(place)));
  const address = editor && isMeant ? await parts.server.addressAt(editor) : undefined;
  const folder = place ? { folder: parts.server.uriOf(place) } : {};
  return shown(parts, { address: address ?? '', ...folder }, 'address');
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return (await vscode.workspace.fs.stat(uri)).type === vscode.FileType.Directory;
  } catch {
    return false;
  }
}

function shown(parts: WizardParts, question: RouteQuestion, from: 'address' | 'summary'): Promise<void> {
  return new Promise((resolve, reject) => {
    runWizard(parts, question, from, resolve).then(resolve, reject);
  });
}

/** Takes the last route back. What was changed since is not lost without a word. */
async function undo({ created, previews }: WizardParts): Promise<void> {
  const changed = await created.changed();
  if (!changed) return tell(vscode.l10n.t('No route was created here'));
  if (changed.length > 0 && !(await mayLose(changed, previews))) return;
  await created.undo();
  tell(vscode.l10n.t('Route taken back'));
}

/** Asks whether changes that were made since may be lost; shows them first where that is wanted. */
async function mayLose(changed: readonly RestoredFile[], previews: PlanPreviews): Promise<boolean> {
  const names = changed.map(({ uri }) => vscode.workspace.asRelativePath(vscode.Uri.parse(uri)));
  const anyway = vscode.l10n.t('Undo all the same');
  const chosen = await vscode.window.showQuickPick(
    [
      ...changed.map((file, index) => ({
        label: `$(diff) ${vscode.l10n.t('Show what was changed in {0}', names[index] ?? '')}`,
        file,
      })),
      { label: anyway, detail: vscode.l10n.t('What was changed since is lost'), file: undefined },
    ],
    { title: vscode.l10n.t('Changed since the route was created: {0}', names.join(', ')), ignoreFocusOut: true },
  );
  if (!chosen) return false;
  const { file } = chosen;
  if (!file) return true;
  const uri = vscode.Uri.parse(file.uri);
  const title = vscode.l10n.t('{0}: as created ↔ now', vscode.workspace.asRelativePath(uri));
  await previews.compare(title, uri, file.expected);
  return false;
}

function tell(text: string): void {
  vscode.window.setStatusBarMessage(text, SHOWN);
}

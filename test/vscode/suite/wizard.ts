/** The wizard as a user drives it, and the folder as it is on disk. */
import { ok, strictEqual } from 'node:assert';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { eventually, pathOf, uriOf } from './editor.ts';

export const accept = () => vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
export const next = () => vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');
export const create = (about?: unknown) => vscode.commands.executeCommand('istioEgress.createRoute', about);
export const undo = () => vscode.commands.executeCommand('istioEgress.undoCreateRoute');
export const saveAll = () => vscode.commands.executeCommand('workbench.action.files.saveAll');

export const closeAll = () => vscode.commands.executeCommand('workbench.action.closeAllEditors');

export const tabsLike = (label: RegExp) =>
  vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter((tab) => label.test(tab.label));

/** Presses Enter until something holds: an Enter that comes while the wizard waits for the server does nothing. */
export async function acceptUntil(check: () => Promise<void>): Promise<void> {
  await eventually(async () => {
    await accept();
    await check();
  });
}

/** Waits until a file is open with unsaved text. */
export async function seeUnsaved(file: string): Promise<vscode.TextDocument> {
  const find = () => vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === uriOf(file).toString());
  await eventually(async () => ok(find()?.isDirty, `${file} is open and not saved`));
  const document = find();
  if (!document) throw new Error(`${file} is not open.`);
  return document;
}

/** What a call comes to, as the trace says. */
export async function seeTrace(call: string, expected: string): Promise<void> {
  const scheme = 'istio-egress-trace';
  await vscode.commands.executeCommand('istioEgress.trace', { text: call });
  await eventually(async () => {
    const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === scheme);
    strictEqual(shown?.document.lineAt(0).text, `${call}: ${expected}`);
  });
  await vscode.window.tabGroups.close(
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === scheme),
  );
}

export function write(file: string, text: string): void {
  mkdirSync(dirname(pathOf(file)), { recursive: true });
  writeFileSync(pathOf(file), text);
}

/** Every file of the folder with its bytes. */
export function onDisk(): Readonly<Record<string, string>> {
  const folder = pathOf('.');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    files.map((file) => {
      try {
        return [file, readFileSync(join(folder, file), 'latin1')];
      } catch {
        return [file, 'a folder'];
      }
    }),
  );
}

/** The route that was created last, and the way back to the last byte: it is kept with the workspace, so that it outlives a restart. */
import * as vscode from 'vscode';
import type { RestoredFile } from '../../../server/src/protocol.ts';
import type { RouteEdit } from '../server.ts';
import { bytesOf, comparable, isSame, isThere, missingFolders, openDocument, removeIfEmpty } from './files.ts';

const KEY = 'istioEgress.created';

interface Created {
  readonly files: readonly CreatedFile[];
  /** URIs of folders that were made, the innermost first. */
  readonly folders: readonly string[];
}

interface CreatedFile extends RestoredFile {
  /** What was on disk, in base 64; undefined where there was nothing. */
  readonly bytes?: string;
  /** Whether the text was that on disk, so that all of it was saved. */
  readonly wasSaved: boolean;
}

export class CreatedRoutes {
  readonly #memory: vscode.Memento;
  /** What is being written: who takes it back at once waits for it. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    this.#tellWhen(this.#last !== undefined);
  }

  /**
   * Applies the edit of a route and opens its files, unsaved.
   *
   * @returns whether it could be applied; if not, nothing is changed
   */
  write(route: RouteEdit): Promise<boolean> {
    const writing = this.#write(route);
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  async #write({ edit, undo }: RouteEdit): Promise<boolean> {
    const files = await Promise.all(undo.map(rememberedFile));
    const folders = (await Promise.all(undo.map(({ uri }) => missingFolders(vscode.Uri.parse(uri))))).flat();
    if (!(await vscode.workspace.applyEdit(edit))) return false;
    const unique = [...new Set(folders.map(String))].sort((a, b) => b.length - a.length);
    await this.#remember({ files, folders: unique });
    for (const { uri } of [...undo].sort((a, b) => Number(a.text === null) - Number(b.text === null)))
      await vscode.window.showTextDocument(vscode.Uri.parse(uri), { preview: false });
    return true;
  }

  /** Files of the last route that hold something else than it left there; undefined where there is no route to take back. */
  async changed(): Promise<readonly RestoredFile[] | undefined> {
    await this.#writing;
    const last = this.#last;
    if (!last) return undefined;
    const changed = await Promise.all(last.files.map(async (each) => ((await isAsLeft(each)) ? [] : [each])));
    return changed.flat();
  }

  /** Puts back what was there before the last route, whatever is there now. */
  async undo(): Promise<void> {
    const last = this.#last;
    if (!last) return;
    for (const each of last.files) await (each.text === null ? remove(each) : restore(each, each.text));
    for (const each of last.folders) await removeIfEmpty(vscode.Uri.parse(each));
    await this.#remember(undefined);
  }

  get #last(): Created | undefined {
    return this.#memory.get<Created>(KEY);
  }

  async #remember(created: Created | undefined): Promise<void> {
    await this.#memory.update(KEY, created);
    this.#tellWhen(created !== undefined);
  }

  #tellWhen(canUndo: boolean): void {
    vscode.commands.executeCommand('setContext', 'istioEgress.canUndoCreateRoute', canUndo);
  }
}

async function rememberedFile(file: RestoredFile): Promise<CreatedFile> {
  const uri = vscode.Uri.parse(file.uri);
  const bytes = await bytesOf(uri);
  return {
    ...file,
    ...(bytes ? { bytes: Buffer.from(bytes).toString('base64') } : {}),
    wasSaved: openDocument(uri)?.isDirty !== true,
  };
}

/** Whether a file holds what the route left there, or what was there before it, or is gone as it was. */
async function isAsLeft({ uri, expected, text }: CreatedFile): Promise<boolean> {
  const now = await textOf(vscode.Uri.parse(uri));
  if (now === undefined) return text === null;
  const known = [expected, ...(text === null ? [''] : [text])].map(comparable);
  return known.includes(comparable(now));
}

async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  const open = openDocument(uri);
  if (open && !open.isClosed) return open.getText();
  const bytes = await bytesOf(uri);
  return bytes && new TextDecoder().decode(bytes);
}

async function remove({ uri: written }: CreatedFile): Promise<void> {
  const uri = vscode.Uri.parse(written);
  // What is not saved would be asked about.
  const open = openDocument(uri);
  if (open?.isDirty && (await isThere(uri))) await open.save();
  if (!(await isThere(uri))) return;
  const edit = new vscode.WorkspaceEdit();
  edit.deleteFile(uri, { ignoreIfNotExists: true });
  await vscode.workspace.applyEdit(edit);
  if (await isThere(uri)) await vscode.workspace.fs.delete(uri);
}

async function restore({ uri: written, bytes, wasSaved }: CreatedFile, text: string): Promise<void> {
  const uri = vscode.Uri.parse(written);
  const open = openDocument(uri);
  if (open && comparable(open.getText()) !== comparable(text)) {
    const edit = new vscode.WorkspaceEdit();
    const whole = new vscode.Range(0, 0, open.lineCount, 0);
    edit.replace(uri, whole, text.replace(/^\ufeff/, ''));
    await vscode.workspace.applyEdit(edit);
  }
  if (!wasSaved || bytes === undefined) return;
  if (open?.isDirty) await open.save();
  const before = Buffer.from(bytes, 'base64');
  // Saving has its own ways: what was there is there again, whatever it did.
  if (!isSame(await bytesOf(uri), before)) await vscode.workspace.fs.writeFile(uri, before);
}

/** Files as bytes and as text, whether they are there or not. */
import * as vscode from 'vscode';

/** Undefined where there is no such file. */
export async function bytesOf(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  try {
    return await vscode.workspace.fs.readFile(uri);
  } catch {
    return undefined;
  }
}

export async function isThere(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

/** The folders over a file that are not there yet, the innermost first. */
export async function missingFolders(file: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const missing: vscode.Uri[] = [];
  let folder = vscode.Uri.joinPath(file, '..');
  while (folder.path !== '/' && !(await isThere(folder))) {
    missing.push(folder);
    folder = vscode.Uri.joinPath(folder, '..');
  }
  return missing;
}

/** Takes a folder away where nothing is in it. */
export async function removeIfEmpty(folder: vscode.Uri): Promise<void> {
  try {
    if ((await vscode.workspace.fs.readDirectory(folder)).length === 0) await vscode.workspace.fs.delete(folder);
  } catch {
    // It is gone already.
  }
}

export function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
}

export function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && Buffer.from(a).equals(b));
}

/** A text as it is compared: editors have their own way with line breaks and byte order marks. */
export function comparable(text: string): string {
  return text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
}

/** Reads files for the server where only VS Code can: in virtual workspaces. */
import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { LIST_FILES, type ListFiles, READ_FILE, type ReadFile } from '../../server/src/protocol.ts';

const FILES = '**/{*.yaml,*.yml,*.json,*.tpl,*.tmpl,*.gotmpl,Kustomization,.gitignore}';

/** Answers what the server asks about such files. */
export function answerForFiles(client: BaseLanguageClient): void {
  client.onRequest(LIST_FILES, async ({ folder }: ListFiles) => (await list(vscode.Uri.parse(folder))).map(String));
  client.onRequest(READ_FILE, ({ uri }: ReadFile) => read(vscode.Uri.parse(uri)));
}

async function list(folder: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, FILES));
  // Not every file system can be searched; all can be walked.
  return found.length > 0 ? found : walk(folder);
}

async function walk(folder: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const result: vscode.Uri[] = [];
  const folders = [folder];
  for (let next = folders.pop(); next; next = folders.pop()) {
    for (const [name, type] of await entries(next)) {
      const uri = vscode.Uri.joinPath(next, name);
      if (type === vscode.FileType.File) result.push(uri);
      // Links are left out: they may lead in a circle.
      else if (type === vscode.FileType.Directory && name !== '.git' && name !== 'node_modules') folders.push(uri);
    }
  }
  return result;
}

async function entries(folder: vscode.Uri): Promise<readonly [string, vscode.FileType][]> {
  try {
    return await vscode.workspace.fs.readDirectory(folder);
  } catch {
    return [];
  }
}

async function read(uri: vscode.Uri): Promise<string | null> {
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return null;
  }
}

/** Which documents are ours to look at. */
import * as vscode from 'vscode';

const LANGUAGES = ['yaml', 'json', 'helm'];

/** Schemes of documents that count: files, new ones, and those of folders that are elsewhere. Not those of Git or of diff views. */
export function schemesOpen(): readonly string[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme);
  return [...new Set(['file', 'untitled', ...folders])].sort();
}

export function documentSelector(schemes: readonly string[]): readonly { scheme: string; language: string }[] {
  return schemes.flatMap((scheme) => LANGUAGES.map((language) => ({ scheme, language })));
}

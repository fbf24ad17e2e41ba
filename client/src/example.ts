/** The example that comes with the extension. */
import * as vscode from 'vscode';

/** Opens a fresh copy of the example, in a window of its own where a folder is open in this one. */
export async function openExample({ extensionUri, globalStorageUri }: vscode.ExtensionContext): Promise<void> {
  const copy = vscode.Uri.joinPath(globalStorageUri, 'httpbin');
  const example = vscode.Uri.joinPath(extensionUri, 'examples', 'httpbin');
  await vscode.workspace.fs.copy(example, copy, { overwrite: true });
  const forceNewWindow = vscode.workspace.workspaceFolders !== undefined;
  await vscode.commands.executeCommand('vscode.openFolder', copy, { forceNewWindow });
}

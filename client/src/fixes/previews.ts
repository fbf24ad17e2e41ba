/** Files as they would be after an edit, beside those that they are. */
import * as vscode from 'vscode';

const SCHEME = 'istio-egress-fixed';

export class FixPreviews implements vscode.Disposable, vscode.TextDocumentContentProvider {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  /** Texts of the last preview, by URI. */
  readonly #texts = new Map<string, string>();

  get onDidChange(): vscode.Event<vscode.Uri> {
    return this.#changed.event;
  }

  /** Opens one editor with the differences of all files. */
  async show(title: string, edit: vscode.WorkspaceEdit): Promise<void> {
    this.#texts.clear();
    const changes: [vscode.Uri, vscode.Uri, vscode.Uri][] = [];
    for (const [uri, edits] of edit.entries()) {
      const document = await vscode.workspace.openTextDocument(uri);
      const after = vscode.Uri.from({ scheme: SCHEME, path: uri.path, query: uri.toString() });
      this.#texts.set(after.toString(), edited(document, edits));
      this.#changed.fire(after);
      changes.push([uri, uri, after]);
    }
    await vscode.commands.executeCommand('vscode.changes', title, changes);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

/** The text of a document after edits, which do not overlap. */
function edited(document: vscode.TextDocument, edits: readonly vscode.TextEdit[]): string {
  let text = document.getText();
  // From the end, so that the offsets of those before stay right.
  const sorted = [...edits].sort((a, b) => b.range.start.compareTo(a.range.start));
  for (const { range, newText } of sorted) {
    text = text.slice(0, document.offsetAt(range.start)) + newText + text.slice(document.offsetAt(range.end));
  }
  return text;
}

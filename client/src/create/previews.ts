/** The files of a planned route beside those that they are now. */
import * as vscode from 'vscode';
import type { PlannedRoute } from '../../../server/src/protocol.ts';

const SCHEME = 'istio-egress-planned';

export class PlanPreviews implements vscode.Disposable, vscode.TextDocumentContentProvider {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  /** Texts of the last preview, by URI. */
  readonly #texts = new Map<string, string>();

  get onDidChange(): vscode.Event<vscode.Uri> {
    return this.#changed.event;
  }

  /** Opens one editor with the differences of all files; a new one has nothing on its left. */
  async show(title: string, { files }: Pick<PlannedRoute, 'files'>): Promise<void> {
    this.#texts.clear();
    const changes = files.map(({ uri, before, after }) => {
      const file = vscode.Uri.parse(uri);
      return [file, this.#side(file, 'before', before ?? ''), this.#side(file, 'after', after)];
    });
    await vscode.commands.executeCommand('vscode.changes', title, changes);
  }

  /** Shows what a file is beside what it was left as. */
  async compare(title: string, file: vscode.Uri, expected: string): Promise<void> {
    this.#texts.clear();
    await vscode.commands.executeCommand('vscode.diff', this.#side(file, 'created', expected), file, title);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  #side({ path }: vscode.Uri, side: string, text: string): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path, query: side });
    this.#texts.set(uri.toString(), text);
    this.#changed.fire(uri);
    return uri;
  }
}

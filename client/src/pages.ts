/** Pages to read: those of rules, which come with the extension, and answers of the server. */
import * as vscode from 'vscode';

const SCHEME = 'istio-egress';

export class Pages implements vscode.Disposable, vscode.TextDocumentContentProvider, vscode.UriHandler {
  readonly #extension: vscode.Uri;
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  /** Answers that are open, by path. */
  readonly #texts = new Map<string, string>();

  constructor(extension: vscode.Uri) {
    this.#extension = extension;
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.window.registerUriHandler(this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === SCHEME) this.#texts.delete(uri.path);
      }),
    ];
  }

  get onDidChange(): vscode.Event<vscode.Uri> {
    return this.#changed.event;
  }

  /** Links of codes: `/rule/CODE`. */
  async handleUri({ path }: vscode.Uri): Promise<void> {
    const [, code] = /^\/rule\/([a-z0-9-]+)$/.exec(path) ?? [];
    if (code !== undefined) await preview(`/rules/${code}.md`);
  }

  /** Shows a text as a page. */
  async show(name: string, markdown: string): Promise<void> {
    const path = `/${name}.md`;
    this.#texts.set(path, markdown);
    this.#changed.fire(vscode.Uri.from({ scheme: SCHEME, path }));
    await preview(path);
  }

  async provideTextDocumentContent({ path }: vscode.Uri): Promise<string> {
    const text = this.#texts.get(path);
    if (text !== undefined) return text;
    const [, name] = /^\/rules\/([a-z0-9-]+\.md)$/i.exec(path) ?? [];
    if (name === undefined) return '';
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.#extension, 'docs', 'rules', name));
    return new TextDecoder().decode(bytes);
  }

  dispose(): void {
    for (const each of this.#subscriptions) each.dispose();
  }
}

async function preview(path: string): Promise<void> {
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.from({ scheme: SCHEME, path }));
}

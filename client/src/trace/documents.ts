/** Traces as read-only documents: they follow the workspace, and what they name is a link. */
import * as vscode from 'vscode';
import type { TraceCallResult, TraceQuestion } from '../../../server/src/protocol.ts';

export const TRACE_SCHEME = 'istio-egress-trace';

/** Who types changes much in little time: how long it must be quiet before traces are asked for again, in milliseconds. */
const QUIET = 150;

/** An answer with a document. */
export type Trace = Exclude<TraceCallResult, { readonly problem: string }>;

export type AskForTrace = (question: TraceQuestion) => Promise<TraceCallResult | undefined>;

export class TraceDocuments
  implements vscode.Disposable, vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider
{
  readonly #ask: AskForTrace;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #subscriptions: readonly vscode.Disposable[];
  /** What is shown, by the document's URI. */
  readonly #shown = new Map<string, Trace>();
  #timer: NodeJS.Timeout | undefined;

  constructor(ask: AskForTrace) {
    this.#ask = ask;
    this.#subscriptions = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(TRACE_SCHEME, this),
      vscode.languages.registerDocumentLinkProvider({ scheme: TRACE_SCHEME }, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#shown.delete(uri.toString())),
    ];
  }

  get onDidChange(): vscode.Event<vscode.Uri> {
    return this.#changed.event;
  }

  /** Shows a trace beside what is being written, in the tab of the last one where that is only a preview. Focus stays. */
  async show(question: TraceQuestion): Promise<void> {
    const shown = vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === TRACE_SCHEME);
    const document = await vscode.workspace.openTextDocument(uriOf(question));
    await vscode.window.showTextDocument(document, {
      viewColumn: shown?.viewColumn ?? vscode.ViewColumn.Beside,
      preview: true,
      preserveFocus: true,
    });
  }

  /** Every trace that is open is asked for again, once it is quiet. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#askAgain(), QUIET);
  }

  #askAgain(): void {
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme === TRACE_SCHEME) this.#changed.fire(uri);
    }
  }

  /** What a trace's document was asked for, and its last answer; of the document in front where none is named. */
  current(uri?: vscode.Uri): { readonly question: TraceQuestion; readonly trace: Trace | undefined } | undefined {
    const documents = [
      uri,
      vscode.window.activeTextEditor?.document.uri,
      ...vscode.window.visibleTextEditors.map(({ document }) => document.uri),
    ];
    const found = documents.find((each) => each?.scheme === TRACE_SCHEME);
    return found && { question: questionOf(found), trace: this.#shown.get(found.toString()) };
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const answer = await this.#ask(questionOf(uri));
    if (!answer) return `${vscode.l10n.t('The server does not run.')}\n`;
    if ('problem' in answer) return `${answer.problem}\n`;
    this.#shown.set(uri.toString(), answer);
    return answer.text;
  }

  provideDocumentLinks({ uri }: vscode.TextDocument): vscode.DocumentLink[] {
    const links = this.#shown.get(uri.toString())?.links ?? [];
    return links.map(({ range, uri: target, position }) => {
      const fragment = `L${position.line + 1},${position.character + 1}`;
      const { start, end } = range;
      return new vscode.DocumentLink(
        new vscode.Range(start.line, start.character, end.line, end.character),
        vscode.Uri.parse(target).with({ fragment }),
      );
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const each of this.#subscriptions) each.dispose();
  }
}

/** The end of the path is what the tab shows, so it has no slashes of its own; its start tells the language. The query is the question. */
function uriOf(question: TraceQuestion): vscode.Uri {
  const title = question.text.replace('://', ' ').replaceAll('/', '\u2215');
  return vscode.Uri.from({
    scheme: TRACE_SCHEME,
    path: `/istio-egress-trace/${title}`,
    query: JSON.stringify(question),
  });
}

function questionOf({ query }: vscode.Uri): TraceQuestion {
  return JSON.parse(query) as TraceQuestion;
}

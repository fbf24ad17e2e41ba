/** The server's life, as seen from VS Code. */
import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  type ServerOptions,
  type WorkspaceEdit,
  TransportKind,
} from 'vscode-languageclient/node';
import {
  ADDRESS_AT,
  type AddressAtParams,
  type AddressAtResult,
  CALL_AT,
  type CallAtParams,
  CHECK_WORKSPACE,
  type CheckWorkspaceResult,
  EXPLAIN_FILE,
  type ExplainFileResult,
  FIX_ALL,
  type FixAllParams,
  type FixAllResult,
  type InitializationOptions,
  LIST_CALLS,
  type ListCallsResult,
  PLAN_ROUTE,
  type PlannedRoute,
  type PlanRouteResult,
  type RestoredFile,
  ROUTE_EDIT,
  type RouteEditParams,
  type RouteEditResult,
  type RouteItem,
  type RouteQuestion,
  ROUTES,
  type RoutesResult,
  type SafeFix,
  SCHEMA_CHECKS,
  STATUS,
  type StatusParams,
  TRACE_CALL,
  TRACE_COMMAND,
  type TraceCallResult,
  type TraceQuestion,
  TRACES_CHANGED,
  TRUST,
} from '../../server/src/protocol.ts';
import { answerForFiles } from './files.ts';
import { areSchemasCheckedElsewhere, onSchemaChecksChanged } from './schema-checks.ts';
import { documentSelector, schemesOpen } from './selector.ts';

export interface Fixes {
  readonly fixes: readonly SafeFix[];
  readonly edit: vscode.WorkspaceEdit;
}

/** What writes a route, and what takes it back. */
export interface RouteEdit {
  readonly edit: vscode.WorkspaceEdit;
  readonly undo: readonly RestoredFile[];
}

export interface ServerParts {
  /** The bundle of the server. */
  readonly module: string;
  /** Where links of codes lead; the code is added. */
  readonly rulePageBase: string;
  readonly log: vscode.LogOutputChannel;
  onStatus(status: StatusParams | undefined): void;
  /** Traces that were answered may differ now. */
  onTracesChanged(): void;
}

/** How often the server is started again after it ended by itself. */
const RESTARTS = 3;

/** V8 keeps three times this many megabytes for new objects. Its own choice of 16 costs memory for as long as the server runs. */
const SERVER_FLAGS = ['--max-semi-space-size=4'];

export class Server implements vscode.Disposable {
  readonly #parts: ServerParts;
  readonly #subscriptions: vscode.Disposable[] = [];
  #client: LanguageClient | undefined;
  #schemes = '';

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#subscriptions.push(
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#client?.sendNotification(TRUST, { trusted: true })),
      onSchemaChecksChanged(() =>
        this.#client?.sendNotification(SCHEMA_CHECKS, { elsewhere: areSchemasCheckedElsewhere() }),
      ),
      // A folder on another file system brings documents that the running client does not listen to.
      vscode.workspace.onDidChangeWorkspaceFolders(async () => {
        if (schemesOpen().join() !== this.#schemes) await this.restart();
      }),
    );
  }

  async start(): Promise<void> {
    const schemes = schemesOpen();
    this.#schemes = schemes.join();
    const client = this.#make(schemes);
    this.#client = client;
    try {
      await client.start();
      this.#parts.onTracesChanged();
    } catch (error) {
      this.#parts.log.error(vscode.l10n.t('The server did not start: {0}', String(error)));
    }
  }

  async restart(): Promise<void> {
    await this.#stop();
    await this.start();
  }

  /** What there is in the workspace, once all that is pending is checked; undefined where the server does not run. */
  async check(): Promise<CheckWorkspaceResult | undefined> {
    return this.#running?.sendRequest<CheckWorkspaceResult>(CHECK_WORKSPACE, {});
  }

  /** Every route and how it stands; none where the server does not run. */
  async routes(): Promise<readonly RouteItem[]> {
    return (await this.#running?.sendRequest<RoutesResult>(ROUTES, {}))?.routes ?? [];
  }

  /** All fixes that are safe, in a file or everywhere, and the edit that they come to; undefined where the server does not run. */
  async fixes(uri: vscode.Uri | undefined): Promise<Fixes | undefined> {
    const client = this.#running;
    if (!client) return undefined;
    const params: FixAllParams = uri ? { uri: client.code2ProtocolConverter.asUri(uri) } : {};
    const { fixes, edit } = await client.sendRequest<FixAllResult>(FIX_ALL, params);
    // The protocol knows the edit as what LSP says it is.
    return { fixes, edit: await client.protocol2CodeConverter.asWorkspaceEdit(edit as WorkspaceEdit) };
  }

  /** The calls of the workspace; undefined where the server does not run. */
  async calls(): Promise<ListCallsResult | undefined> {
    return this.#running?.sendRequest<ListCallsResult>(LIST_CALLS, {});
  }

  async trace(question: TraceQuestion): Promise<TraceCallResult | undefined> {
    return this.#running?.sendRequest<TraceCallResult>(TRACE_CALL, question);
  }

  /** The call that a place is about; undefined where it is about none. */
  async callAt(params: CallAtParams): Promise<TraceQuestion | undefined> {
    return (await this.#running?.sendRequest<TraceQuestion | null>(CALL_AT, params)) ?? undefined;
  }

  /** What a route would be written as; undefined where the server does not run. */
  async planRoute(question: RouteQuestion, token: vscode.CancellationToken): Promise<PlanRouteResult | undefined> {
    return this.#running?.sendRequest<PlanRouteResult>(PLAN_ROUTE, question, token);
  }

  /** The edit that writes a plan that was shown; the plan as it is now where files have changed since; or why there is none. */
  async routeEdit(
    params: RouteEditParams,
  ): Promise<RouteEdit | { readonly plan: PlannedRoute } | { readonly problem: string } | undefined> {
    const client = this.#running;
    const result = await client?.sendRequest<RouteEditResult>(ROUTE_EDIT, params);
    if (!client || !result) return undefined;
    if (!('edit' in result)) return result;
    // The protocol knows the edit as what LSP says it is.
    const edit = await client.protocol2CodeConverter.asWorkspaceEdit(result.edit as WorkspaceEdit);
    return { edit, undo: result.undo };
  }

  /** The address at the cursor of an editor; undefined where there is none. */
  async addressAt({ document, selection }: vscode.TextEditor): Promise<string | undefined> {
    const { line, character } = selection.active;
    const text = document.lineAt(line).text;
    const params: AddressAtParams = { uri: this.uriOf(document.uri), position: { line, character }, text };
    return (await this.#running?.sendRequest<AddressAtResult | null>(ADDRESS_AT, params))?.address;
  }

  /** A URI as the server is told it. */
  uriOf(uri: vscode.Uri): string {
    return this.#client?.code2ProtocolConverter.asUri(uri) ?? uri.toString();
  }

  async explain(uri: vscode.Uri): Promise<string | undefined> {
    const client = this.#running;
    const params = { uri: client?.code2ProtocolConverter.asUri(uri) };
    return (await client?.sendRequest<ExplainFileResult>(EXPLAIN_FILE, params))?.markdown;
  }

  async dispose(): Promise<void> {
    for (const each of this.#subscriptions) each.dispose();
    await this.#stop();
  }

  get #running(): LanguageClient | undefined {
    return this.#client?.isRunning() ? this.#client : undefined;
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#parts.onStatus(undefined);
    try {
      await client?.dispose();
    } catch (error) {
      this.#parts.log.warn(String(error));
    }
  }

  #make(schemes: readonly string[]): LanguageClient {
    const { module, rulePageBase, log, onStatus, onTracesChanged } = this.#parts;
    const run = { module, transport: TransportKind.ipc };
    const server: ServerOptions = {
      run: { ...run, options: { execArgv: SERVER_FLAGS } },
      debug: { ...run, options: { execArgv: [...SERVER_FLAGS, '--nolazy', '--inspect=0'] } },
    };
    const initializationOptions: InitializationOptions = {
      rulePageBase,
      status: 'own',
      trusted: vscode.workspace.isTrusted,
      files: true,
      traces: true,
      creates: true,
      snippets: true,
      schemaChecksElsewhere: areSchemasCheckedElsewhere(),
    };
    let left = RESTARTS;
    const client = new LanguageClient('istioEgress', 'Istio Egress', server, {
      documentSelector: [...documentSelector(schemes)],
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions,
      diagnosticPullOptions: { onChange: true, onFocus: true },
      // Hovers lead to traces, and to nothing else.
      markdown: { isTrusted: { enabledCommands: [TRACE_COMMAND] } },
      initializationFailedHandler: () => false,
      // What goes wrong is in the log; nothing pops up.
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: left-- > 0 ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true }),
      },
    });
    client.onNotification(STATUS, onStatus);
    client.onNotification(TRACES_CHANGED, onTracesChanged);
    answerForFiles(client);
    return client;
  }
}

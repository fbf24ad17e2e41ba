/** The language server: what a connection is told and asked, given to those who know. */
import {
  type CancellationToken,
  CodeLensRefreshRequest,
  type Connection,
  DidChangeConfigurationNotification,
  ResponseError,
  TextDocuments,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  ADDRESS_AT,
  type AddressAtParams,
  CALL_AT,
  type CallAtParams,
  CHECK_WORKSPACE,
  EXPLAIN_FILE,
  type ExplainFileParams,
  type ExplainFileResult,
  FIX_ALL,
  type FixAllParams,
  LIST_CALLS,
  LIST_FILES,
  type ListFiles,
  PLAN_ROUTE,
  type PlanRouteResult,
  READ_FILE,
  type ReadFile,
  ROUTE_EDIT,
  type RouteEditParams,
  type RouteEditResult,
  type RouteQuestion,
  ROUTES,
  STATUS,
  TRACE_CALL,
  type TraceCallResult,
  TRACES_CHANGED,
  type TraceQuestion,
  SCHEMA_CHECKS,
  type SchemaChecksParams,
  TRUST,
  type TrustParams,
} from '../protocol.ts';
import { Announcer } from './announcer.ts';
import { unlessCancelled } from './cancellation.ts';
import { type Client, capabilitiesFor, clientOf } from './client.ts';
import type { Clock } from './clock.ts';
import { CodeActions } from './code-actions.ts';
import { Completions } from './completions.ts';
import { Configuration } from './configuration.ts';
import { FixEdits } from './fix-edits.ts';
import { Folders } from './folders.ts';
import { Progress } from './progress.ts';
import { Pull } from './pull.ts';
import { Push } from './push.ts';
import { Reports } from './reports.ts';
import { SafeFixes } from './safe-fixes.ts';
import { type FileSource, remoteSource } from './sources.ts';
import { NewRoutes } from './new-routes.ts';
import { Planning } from './planning.ts';
import { RouteActions } from './route-actions.ts';
import { RouteHints } from './route-hints.ts';
import { Status } from './status.ts';
import { Texts } from './texts.ts';
import { Traces } from './traces.ts';
import { isOnDisk, toPath, toUri } from './uris.ts';
import { diskEvents, watch } from './watching.ts';

/** What the server runs on. */
export interface Platform {
  readonly clock: Clock;
  /** Undefined where there is no disk. */
  readonly disk: FileSource | undefined;
}

/** Serves a connection until it ends. */
export function startServer(connection: Connection, platform: Platform): void {
  connection.onInitialize((params) => {
    const client = clientOf(params);
    new Session(connection, client, platform).listen();
    return { capabilities: capabilitiesFor(client), serverInfo: { name: 'Istio Egress' } };
  });
  connection.listen();
}

class Session {
  readonly #connection: Connection;
  readonly #client: Client;
  readonly #configuration: Configuration;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #folders: Folders;
  readonly #texts: Texts;
  readonly #reports: Reports;
  readonly #announcer: Announcer;
  readonly #pull: Pull;
  readonly #push: Push;
  readonly #codeActions: CodeActions;
  readonly #safeFixes: SafeFixes;
  readonly #status: Status;
  readonly #traces: Traces;
  readonly #hints: RouteHints;
  readonly #completions: Completions;
  readonly #newRoutes: NewRoutes;
  readonly #progress: Progress;
  /** URIs of the folders that are open. */
  readonly #roots: Set<string>;
  #trusted: boolean;
  /** Resolves when the folders are known. */
  readonly #started: Promise<void>;
  #start: () => void = () => undefined;

  constructor(connection: Connection, client: Client, platform: Platform) {
    const { clock } = platform;
    this.#started = new Promise((resolve) => {
      this.#start = resolve;
    });
    this.#connection = connection;
    this.#client = client;
    this.#roots = new Set(client.folders);
    this.#trusted = client.options.trusted !== false;
    this.#configuration = new Configuration(connection, client);
    const remote = client.options.files ? remoteSource(this.#remoteFiles()) : undefined;
    this.#folders = new Folders({
      sourceOf: (root): FileSource | undefined => (isOnDisk(root) ? platform.disk : remote),
      settingsOf: (root) => this.#configuration.of(root).analysis,
      context: () => (this.#trusted ? 'anywhere' : 'inside'),
      clock,
      listener: {
        reading: (folder, done) => this.#reading(folder.isLoaded, done),
        changed: (_, paths, typed) => this.#changed(paths, typed),
        ahead: (paths) => this.#ahead(paths),
        removed: (paths) => this.#changed(paths, paths),
        failed: (error) => this.#failed(error),
      },
    });
    this.#texts = new Texts(this.#folders, client.options.rulePageBase);
    this.#reports = new Reports(this.#folders, this.#texts, () => this.#configuration.of(undefined).scope);
    this.#announcer = new Announcer(clock, {
      tellTyped: (paths) => this.#tellTyped(paths),
      tell: (paths, unasked) => this.#tell(paths, unasked),
    });
    this.#pull = new Pull(this.#folders, this.#reports, this.#announcer);
    this.#push = new Push(this.#folders, this.#reports, (params) => connection.sendDiagnostics(params));
    const parts = { folders: this.#folders, texts: this.#texts };
    const edits = new FixEdits(this.#folders, this.#texts, client.codeActions);
    const planning = new Planning(this.#folders);
    this.#newRoutes = new NewRoutes(this.#folders, this.#texts, edits, planning);
    this.#safeFixes = new SafeFixes(this.#folders, this.#texts, edits);
    this.#codeActions = new CodeActions({
      ...parts,
      edits,
      safeFixes: this.#safeFixes,
      routes: new RouteActions({ ...parts, edits, planning, leads: client.options.creates === true }),
      abilities: client.codeActions,
    });
    this.#traces = new Traces(this.#folders, this.#texts, clock);
    this.#hints = new RouteHints(this.#folders, this.#texts, client.options.traces === true);
    this.#completions = new Completions(this.#folders, this.#texts, client.completion);
    this.#progress = new Progress(connection, clock);
    this.#status = new Status({
      ...parts,
      clock,
      send: (status) => connection.sendNotification(STATUS, status),
      failed: (error) => this.#failed(error),
    });
  }

  listen(): void {
    const connection = this.#connection;
    const opened = new WeakSet<TextDocument>();
    this.#documents.onDidChangeContent(({ document }) => {
      // To be opened is the first change of a document, and nobody's typing.
      if (opened.has(document)) this.#announcer.typed(toPath(document.uri));
      opened.add(document);
      this.#folders.edit(document);
    });
    this.#documents.onDidClose(({ document }) => this.#folders.close(document.uri));
    this.#documents.listen(connection);
    connection.onInitialized(() => this.#attempt(() => this.#initialized()));
    connection.onDidChangeConfiguration(({ settings }) => this.#attempt(() => this.#configure(settings)));
    connection.onDidChangeWatchedFiles(({ changes }) => this.#folders.diskChanged(diskEvents(changes)));
    this.#listenToFileOperations();
    this.#listenToRequests();
    connection.onNotification(TRUST, ({ trusted }: TrustParams) => {
      this.#trusted = trusted;
      this.#folders.configure();
    });
    connection.onNotification(SCHEMA_CHECKS, ({ elsewhere }: SchemaChecksParams) => {
      this.#configuration.setSchemaChecks(elsewhere ? 'elsewhere' : 'here');
      this.#attempt(() => this.#configure(undefined));
    });
    connection.onShutdown(() => {
      this.#announcer.dispose();
      this.#status.dispose();
      this.#folders.dispose();
    });
  }

  #listenToFileOperations(): void {
    const { workspace } = this.#connection;
    workspace.onDidCreateFiles(({ files }) =>
      this.#folders.diskChanged(files.map(({ uri }) => ({ path: toPath(uri), kind: 'created' }))),
    );
    workspace.onDidDeleteFiles(({ files }) =>
      this.#folders.diskChanged(files.map(({ uri }) => ({ path: toPath(uri), kind: 'deleted' }))),
    );
    workspace.onDidRenameFiles(({ files }) =>
      this.#folders.diskChanged(
        files.flatMap(({ oldUri, newUri }) => [
          { path: toPath(oldUri), kind: 'deleted' as const },
          { path: toPath(newUri), kind: 'created' as const },
        ]),
      ),
    );
  }

  #listenToRequests(): void {
    const connection = this.#connection;
    connection.onCodeAction((params, token) => this.#answer(token, () => this.#codeActions.at(params)));
    connection.onCodeActionResolve((action, token) => this.#answer(token, () => this.#codeActions.resolve(action)));
    if (this.#client.pulls) {
      connection.languages.diagnostics.on((params, token) =>
        this.#answer(token, () => this.#pull.document(params, token)),
      );
      connection.languages.diagnostics.onWorkspace((params, token, _, parts) =>
        this.#answer(token, () => this.#pull.workspace(params, token, parts)),
      );
    }
    connection.onCompletion((params, token) =>
      this.#answer(token, () => this.#completions.at(params, (root) => this.#schemasOf(root), token)),
    );
    connection.onCompletionResolve((item, token) => this.#answer(token, () => this.#completions.resolve(item)));
    connection.onHover((params, token) => this.#answer(token, () => this.#hints.hover(params)));
    connection.onCodeLens((params, token) =>
      this.#answer(token, async () =>
        this.#configuration.of(undefined).showsLenses ? this.#hints.lenses(params.textDocument.uri) : [],
      ),
    );
    connection.onRequest(LIST_CALLS, (_: unknown, token: CancellationToken) =>
      this.#answer(token, () => this.#traces.list(token)),
    );
    connection.onRequest<TraceCallResult, void>(TRACE_CALL, (question: TraceQuestion, token: CancellationToken) =>
      this.#answer(token, () => this.#traces.answer(question)),
    );
    connection.onRequest(CALL_AT, (params: CallAtParams, token: CancellationToken) =>
      this.#answer(token, () => this.#traces.callAt(params)),
    );
    connection.onRequest<PlanRouteResult, void>(PLAN_ROUTE, (question: RouteQuestion, token: CancellationToken) =>
      this.#answer(token, () => this.#newRoutes.plan(question)),
    );
    connection.onRequest<RouteEditResult, void>(ROUTE_EDIT, (params: RouteEditParams, token: CancellationToken) =>
      this.#answer(token, () => this.#newRoutes.edit(params)),
    );
    connection.onRequest(ADDRESS_AT, (params: AddressAtParams, token: CancellationToken) =>
      this.#answer(token, () => this.#newRoutes.addressAt(params)),
    );
    connection.onRequest(EXPLAIN_FILE, (params: ExplainFileParams, token: CancellationToken) =>
      this.#answer(token, () => this.#explain(params)),
    );
    connection.onRequest(FIX_ALL, (params: FixAllParams, token: CancellationToken) =>
      this.#answer(token, () => this.#safeFixes.all(params)),
    );
    connection.onRequest(ROUTES, (_: unknown, token: CancellationToken) =>
      this.#answer(token, () => this.#status.routes()),
    );
    connection.onRequest(CHECK_WORKSPACE, (_: unknown, token: CancellationToken) =>
      this.#answer(token, () => this.#status.checked()),
    );
  }

  /** Who offers what schemas list: whoever compares with them. */
  #schemasOf(root: string): 'here' | 'elsewhere' {
    return this.#configuration.of(root).analysis.schema === 'off' ? 'elsewhere' : 'here';
  }

  async #initialized(): Promise<void> {
    const { client, workspace } = this.#connection;
    if (this.#client.changesFolders) {
      workspace.onDidChangeWorkspaceFolders(({ added, removed }) =>
        this.#attempt(() =>
          this.#changeFolders(
            added.map(({ uri }) => uri),
            removed.map(({ uri }) => uri),
          ),
        ),
      );
    }
    try {
      await this.#changeFolders([...this.#roots], []);
    } finally {
      this.#folders.start();
      this.#start();
    }
    if (this.#client.registersConfiguration) {
      await client.register(DidChangeConfigurationNotification.type, { section: ['istioEgress', 'files.exclude'] });
    }
    if (this.#client.watches) await watch(this.#connection);
  }

  async #changeFolders(added: readonly string[], removed: readonly string[]): Promise<void> {
    for (const uri of removed) {
      this.#roots.delete(uri);
      this.#folders.remove(uri);
    }
    for (const uri of added) this.#roots.add(uri);
    await this.#configuration.read([...this.#roots]);
    for (const uri of added) if (this.#roots.has(uri)) this.#folders.add(uri);
    this.#folders.configure();
    this.#status.changed();
  }

  async #configure(told: unknown): Promise<void> {
    const { scope: before, showsLenses } = this.#configuration.of(undefined);
    await this.#configuration.read([...this.#roots], told);
    this.#folders.configure();
    const lenses = showsLenses !== this.#configuration.of(undefined).showsLenses;
    if (lenses && this.#client.refreshesLenses) await this.#connection.sendRequest(CodeLensRefreshRequest.type);
    if (before === this.#configuration.of(undefined).scope) return;
    this.#changed(new Set(this.#folders.all().flatMap((folder) => [...folder.analysis.paths()])), new Set());
  }

  async #explain({ uri }: ExplainFileParams): Promise<ExplainFileResult> {
    const path = toPath(uri);
    const folder = this.#folders.of(path);
    await folder?.settled();
    return { markdown: folder?.analysis.explain(path) ?? 'This file is in no folder that is open.' };
  }

  #reading(isAgain: boolean, done: number): void {
    if (isAgain) return;
    if (this.#client.options.status === 'own') this.#status.reading(done);
    if (this.#client.showsProgress) this.#progress.reading(done);
  }

  #changed(paths: ReadonlySet<string>, typed: ReadonlySet<string>): void {
    if (this.#folders.roots.every((folder) => folder.isLoaded)) this.#progress.done();
    this.#texts.changed(paths);
    this.#announcer.changed(paths, typed);
    if (this.#client.options.status === 'own') this.#status.changed();
    if (this.#traces.isUsed) this.#attempt(() => this.#connection.sendNotification(TRACES_CHANGED));
  }

  #ahead(paths: ReadonlySet<string>): void {
    this.#texts.changed(paths);
    this.#tellTyped(paths);
  }

  #tellTyped(paths: ReadonlySet<string>): void {
    if (!this.#client.pulls) this.#attempt(() => this.#push.tell(paths));
  }

  #tell(paths: ReadonlySet<string>, unasked: ReadonlySet<string>): void {
    if (!this.#client.pulls) {
      this.#attempt(() => this.#push.tell(paths));
      return;
    }
    this.#pull.tell(paths);
    const isShown = [...unasked].some((path) => this.#folders.document(path) !== undefined);
    if (isShown && this.#client.refreshes) this.#attempt(() => this.#connection.languages.diagnostics.refresh());
  }

  #remoteFiles() {
    return {
      find: async (folder: string): Promise<readonly string[]> => {
        const params: ListFiles = { folder: toUri(folder) };
        return (await this.#connection.sendRequest<readonly string[]>(LIST_FILES, params)).map(toPath);
      },
      read: async (path: string): Promise<string | undefined> => {
        const params: ReadFile = { uri: toUri(path) };
        return (await this.#connection.sendRequest<string | null>(READ_FILE, params)) ?? undefined;
      },
    };
  }

  /** Runs what nobody waits for: a failure is logged, and the server lives on. */
  #attempt(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#failed(error));
  }

  /** Answers a request, once the folders are known. A failure is logged and is that request's alone. */
  async #answer<T>(token: CancellationToken, work: () => Promise<T>): Promise<T> {
    try {
      await unlessCancelled(token, this.#started);
      return await work();
    } catch (error) {
      if (!(error instanceof ResponseError)) this.#failed(error);
      throw error;
    }
  }

  #failed(error: unknown): void {
    this.#connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

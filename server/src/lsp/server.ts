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
  SCHEMA_CHECKS,
  type SchemaChecksParams,
  STATUS,
  TRACES_CHANGED,
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
import { listenToFileOperations } from './file-operations.ts';
import { Folders } from './folders.ts';
import { Progress } from './progress.ts';
import { Pull } from './pull.ts';
import { Push } from './push.ts';
import { remoteFiles } from './remote-files.ts';
import { Reports } from './reports.ts';
import { REQUESTS } from './requests/all.ts';
import type { RequestParts } from './requests/request.ts';
import { SafeFixes } from './safe-fixes.ts';
import { type FileSource, remoteSource } from './sources.ts';
import { NewRoutes } from './new-routes.ts';
import { Planning } from './planning.ts';
import { RouteActions } from './route-actions.ts';
import { RouteHints } from './route-hints.ts';
import { SnippetItems } from './snippet-items.ts';
import { Status } from './status.ts';
import { Texts } from './texts.ts';
import { Traces } from './traces.ts';
import { isOnDisk, toPath } from './uris.ts';
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
  readonly #status: Status;
  readonly #traces: Traces;
  readonly #parts: RequestParts;
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
    const remote = client.options.files ? remoteSource(remoteFiles(connection)) : undefined;
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
    const planning = new Planning(this.#folders, clock);
    const safeFixes = new SafeFixes(this.#folders, this.#texts, edits);
    const codeActions = new CodeActions({
      ...parts,
      edits,
      safeFixes,
      routes: new RouteActions({ ...parts, edits, planning, leads: client.options.creates === true }),
      abilities: client.codeActions,
    });
    this.#traces = new Traces(this.#folders, this.#texts, clock);
    this.#progress = new Progress(connection, clock);
    this.#status = new Status({
      ...parts,
      clock,
      send: (status) => connection.sendNotification(STATUS, status),
      failed: (error) => this.#failed(error),
    });
    this.#parts = {
      client,
      configuration: this.#configuration,
      folders: this.#folders,
      pull: this.#pull,
      codeActions,
      safeFixes,
      status: this.#status,
      traces: this.#traces,
      hints: new RouteHints(this.#folders, this.#texts, client.options.traces === true),
      completions: new Completions(
        this.#folders,
        this.#texts,
        client.completion,
        new SnippetItems(planning, client.snippets),
      ),
      newRoutes: new NewRoutes(this.#folders, this.#texts, edits, planning),
    };
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
    listenToFileOperations(connection, this.#folders);
    for (const listen of REQUESTS) listen(connection, this.#parts, (token, work) => this.#answer(token, work));
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

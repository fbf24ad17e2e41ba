/** The language server: what a connection is told and asked, given to the rooms that know. */
import {
  CodeActionKind,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
  TextDocuments,
  WatchKind,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import {
  CHECK_WORKSPACE,
  EXPLAIN_FILE,
  type ExplainFile,
  type Explanation,
  type InitializationOptions,
  type Status,
} from '../protocol.ts';
import { clientFiles } from './client-files.ts';
import { codeActions } from './code-actions.ts';
import { Diagnostics } from './diagnostics.ts';
import { diskFiles } from './disk-files.ts';
import type { Folder } from './folder.ts';
import { Folders } from './folders.ts';
import { type EditorSettings, readEditorSettings } from './settings.ts';
import { StatusReporter } from './status.ts';
import { isOnDisk, toPath } from './uris.ts';

/** How long changes on disk are gathered, in milliseconds: a branch switch is one update. */
const GATHER = 50;

/** Serves a connection until it ends. */
export function startServer(connection: Connection): void {
  connection.onInitialize((params) => {
    const session = new Session(connection, params);
    session.listen();
    return session.capabilities;
  });
  connection.listen();
}

class Session {
  readonly #connection: Connection;
  readonly #params: InitializeParams;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #folders: Folders;
  readonly #diagnostics: Diagnostics;
  readonly #status: StatusReporter;
  #settings: EditorSettings = { scope: 'workspace', analysis: {} };
  readonly #changed = new Set<string>();
  #gathering: NodeJS.Timeout | undefined;

  constructor(connection: Connection, params: InitializeParams) {
    this.#connection = connection;
    this.#params = params;
    const options = (params.initializationOptions ?? {}) as InitializationOptions;
    const remote = clientFiles(connection);
    const filesOf = (path: string) => (isOnDisk(path) || !options.readsFiles ? diskFiles : remote);
    this.#folders = new Folders({
      filesOf,
      context: options.trusted === false ? 'inside' : 'anywhere',
      settings: () => this.#settings.analysis,
      onChanged: (paths) => {
        this.#diagnostics.changed(paths);
        this.#status.changed();
      },
    });
    const { textDocument, workspace } = params.capabilities;
    this.#diagnostics = new Diagnostics({
      connection,
      folders: this.#folders,
      filesOf,
      mode: textDocument?.diagnostic ? 'pull' : 'push',
      canRefresh: workspace?.diagnostics?.refreshSupport === true,
      rulePage: options.rulePage,
      scope: () => this.#settings.scope,
    });
    this.#status = new StatusReporter(connection, this.#folders, filesOf);
    const canCreate = workspace?.workspaceEdit?.resourceOperations?.includes('create') === true;
    connection.onCodeAction((action) =>
      this.#guard([], () => codeActions(action, { folders: this.#folders, filesOf, canCreate })),
    );
  }

  get capabilities(): InitializeResult {
    const pull = this.#params.capabilities.textDocument?.diagnostic;
    return {
      serverInfo: { name: 'Istio Egress' },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        ...(pull
          ? {
              diagnosticProvider: {
                identifier: 'istio-egress',
                interFileDependencies: true,
                workspaceDiagnostics: true,
              },
            }
          : {}),
      },
    };
  }

  listen(): void {
    const connection = this.#connection;
    const documents = this.#documents;
    documents.onDidChangeContent(({ document }) => this.#run(() => this.#edited(document)));
    documents.onDidClose(({ document }) => this.#run(() => this.#folders.close(document.uri)));
    documents.listen(connection);
    connection.onInitialized(() => this.#run(() => this.#initialized()));
    connection.onDidChangeConfiguration(() => this.#run(() => this.#configure()));
    connection.onDidChangeWatchedFiles(({ changes }) => this.#gather(changes.map((each) => each.uri)));
    if (this.#params.capabilities.textDocument?.diagnostic) {
      connection.languages.diagnostics.on(({ textDocument, previousResultId }) =>
        this.#guard({ kind: 'full', items: [] }, () =>
          this.#diagnostics.ofDocument(textDocument.uri, previousResultId),
        ),
      );
      connection.languages.diagnostics.onWorkspace((params, token) =>
        this.#guard({ items: [] }, () => this.#diagnostics.ofWorkspace(params, token)),
      );
    }
    connection.onRequest(EXPLAIN_FILE, ({ uri }: ExplainFile) =>
      this.#guard<Explanation>({ markdown: '' }, async () => this.#explain(toPath(uri))),
    );
    connection.onRequest(CHECK_WORKSPACE, () => this.#check());
    connection.onShutdown(() => {
      clearTimeout(this.#gathering);
      this.#diagnostics.dispose();
      this.#status.dispose();
    });
  }

  async #initialized(): Promise<void> {
    const { workspace } = this.#params.capabilities;
    if (workspace?.workspaceFolders) {
      this.#connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const each of removed) this.#folders.remove(each.uri);
        for (const each of added) this.#run(() => this.#load(this.#folders.add(each.uri)));
      });
    }
    if (workspace?.didChangeWatchedFiles?.dynamicRegistration) await this.#watch();
    await this.#readSettings();
    const folders = this.#params.workspaceFolders ?? [];
    await Promise.all(folders.map((each) => this.#load(this.#folders.add(each.uri))));
  }

  async #watch(): Promise<void> {
    await this.#connection.client.register(DidChangeWatchedFilesNotification.type, {
      watchers: [
        { globPattern: '**/*.{yaml,yml,json,tpl,tmpl,gotmpl}' },
        { globPattern: '**/{Kustomization,.gitignore}' },
        // Of a folder that goes away only its own deletion is told.
        { globPattern: '**/*', kind: WatchKind.Delete },
      ],
    });
  }

  /** Reads a folder, with progress that can be cancelled. */
  async #load(folder: Folder): Promise<void> {
    const status = this.#status.reading();
    const progress = await this.#connection.window.createWorkDoneProgress();
    const cancelled = new AbortController();
    progress.token.onCancellationRequested(() => cancelled.abort());
    progress.begin('Istio Egress', undefined, 'reading files', true);
    try {
      await folder.load((done) => {
        progress.report(`reading ${done} files`);
        status.progress(done);
      }, cancelled.signal);
    } catch (error) {
      if (!cancelled.signal.aborted) throw error;
      this.#connection.console.info(`Reading ${folder.root} was cancelled: open files alone are checked.`);
    } finally {
      progress.done();
      status.done();
    }
  }

  async #edited(document: TextDocument): Promise<void> {
    await this.#folders.edit(document);
    await this.#diagnostics.typed(toPath(document.uri));
  }

  #gather(uris: readonly string[]): void {
    for (const each of uris) this.#changed.add(each);
    clearTimeout(this.#gathering);
    this.#gathering = setTimeout(() => {
      const all = [...this.#changed];
      this.#changed.clear();
      this.#run(() => this.#folders.changed(all));
    }, GATHER);
  }

  async #configure(): Promise<void> {
    const before = this.#settings;
    await this.#readSettings();
    await Promise.all(this.#folders.all.map((each) => each.configure(this.#settings.analysis)));
    if (before.scope !== this.#settings.scope) {
      this.#diagnostics.changed(new Set(this.#folders.all.flatMap((each) => [...each.analysis.paths()])));
    }
  }

  async #readSettings(): Promise<void> {
    if (!this.#params.capabilities.workspace?.configuration) return;
    const [own, files] = await this.#connection.workspace.getConfiguration([
      { section: 'istioEgress' },
      { section: 'files.exclude' },
    ]);
    this.#settings = readEditorSettings(own, files);
  }

  #explain(path: string): Explanation {
    const folder = this.#folders.folderOf(path);
    return { markdown: folder?.analysis.explain(path) ?? 'This file is in none of the folders that are open.' };
  }

  async #check(): Promise<Status> {
    await Promise.all(this.#folders.roots.map((each) => this.#load(each)));
    return this.#status.status();
  }

  /** Runs what nobody waits for: a failure is logged, and the server lives on. */
  #run(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.#log(error));
  }

  async #guard<T>(otherwise: T, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#log(error);
      return otherwise;
    }
  }

  #log(error: unknown): void {
    // A load that is given up for a newer one is no failure.
    if (error instanceof Error && error.name === 'AbortError') return;
    this.#connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}

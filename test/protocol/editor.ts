/** Drives the built server over standard input and output as an editor would. */
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import {
  type ClientCapabilities,
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  ConfigurationRequest,
  createProtocolConnection,
  type Diagnostic,
  DiagnosticRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  type FileChangeType,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  LogMessageNotification,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShutdownRequest,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { STATUS, type StatusParams } from '../../server/src/protocol.ts';

const project = resolve(import.meta.dirname, '../..');

/** Builds the server where it is missing or stale. */
export function build(): void {
  execFileSync(process.execPath, [join(project, 'scripts/build.mjs')], { stdio: 'inherit' });
}

/** A folder with these files, away when the test ends. Its path has a space in it. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'istio egress ')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) writeIn(folder, path, text);
  return folder;
}

export function writeIn(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** A copy of the example that this project comes from. */
export function exampleCopy(): string {
  const folder = folderWith({});
  cpSync(join(project, 'examples/httpbin'), folder, { recursive: true });
  return folder;
}

export interface EditorOptions {
  readonly folders: readonly string[];
  /** `pull`: as VS Code; `push`: asks for nothing, takes what is sent. */
  readonly mode?: 'pull' | 'push';
  readonly capabilities?: ClientCapabilities;
  readonly settings?: unknown;
  readonly initializationOptions?: unknown;
}

const COMMON: ClientCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true, resourceOperations: ['create'] },
  },
  textDocument: { publishDiagnostics: { relatedInformation: true } },
};

const PULL: ClientCapabilities = {
  workspace: { ...COMMON.workspace, diagnostics: { refreshSupport: true } },
  textDocument: { ...COMMON.textDocument, diagnostic: {} },
};

export class Editor {
  readonly connection: ProtocolConnection;
  readonly result: InitializeResult;
  readonly folders: readonly string[];
  /** What the server logged. */
  readonly log: string[] = [];
  /** What was pushed last, by URI. */
  readonly pushed = new Map<string, readonly Diagnostic[]>();
  /** What the server said of its state. */
  readonly status: StatusParams[] = [];
  settings: unknown;
  refreshes = 0;
  /** How often the server asked for settings. */
  configurations = 0;
  /** The exit code, once the server has ended. */
  readonly ended: Promise<number | null>;
  readonly #input: Writable;
  readonly #documents = new Map<string, TextDocument>();
  readonly #changed = new Set<() => void>();

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, null>,
    connection: ProtocolConnection,
    result: InitializeResult,
    options: EditorOptions,
  ) {
    this.#input = child.stdin;
    this.ended = new Promise((resolve) => child.on('exit', resolve));
    this.connection = connection;
    this.result = result;
    this.folders = options.folders;
    this.settings = options.settings ?? null;
  }

  /** Starts a server and opens folders in it; the server ends with the test. */
  static async start(options: EditorOptions): Promise<Editor> {
    const child = spawn(process.execPath, [join(project, 'dist/server.js'), '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const connection = createProtocolConnection(child.stdout, child.stdin);
    onTestFinished(() => {
      connection.dispose();
      child.kill();
    });
    connection.listen();
    const folders = options.folders.map((each) => ({ uri: pathToFileURL(each).href, name: each }));
    const result = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: folders[0]?.uri ?? null,
      workspaceFolders: folders,
      capabilities: options.capabilities ?? (options.mode === 'push' ? COMMON : PULL),
      initializationOptions: options.initializationOptions,
    });
    const editor = new Editor(child, connection, result, options);
    editor.#answer();
    await connection.sendNotification(InitializedNotification.type, {});
    return editor;
  }

  #answer(): void {
    const { connection } = this;
    connection.onRequest(ConfigurationRequest.type, ({ items }) => {
      this.configurations++;
      this.#note();
      return items.map(({ section }) => (section === 'istioEgress' ? this.settings : null));
    });
    connection.onRequest(RegistrationRequest.type, () => this.#note());
    connection.onRequest(DiagnosticRefreshRequest.type, () => {
      this.refreshes++;
      this.#note();
    });
    connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.log.push(message);
      this.#note();
    });
    connection.onNotification(STATUS, (status: StatusParams) => {
      this.status.push(status);
      this.#note();
    });
    connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.pushed.set(uri, diagnostics);
      this.#note();
    });
  }

  /** Waits until something holds, looking whenever the server says something. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#changed.add(resolve));
  }

  #note(): void {
    const waiting = [...this.#changed];
    this.#changed.clear();
    for (const resolve of waiting) resolve();
  }

  /** The URI of a file of the first folder. */
  uri(path: string): string {
    return path.includes(':') ? path : pathToFileURL(join(this.folders[0] ?? '/', path)).href;
  }

  async open(path: string, text?: string, languageId = 'yaml'): Promise<void> {
    const uri = this.uri(path);
    const document = TextDocument.create(uri, languageId, 1, text ?? readFileSync(new URL(uri), 'utf8'));
    this.#documents.set(uri, document);
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version: 1, text: document.getText() },
    });
  }

  /** Replaces the first occurrence of a text in an open document, as one change. */
  async type(path: string, before: string, after: string): Promise<void> {
    const document = this.#document(path);
    const start = document.getText().indexOf(before);
    if (start < 0) throw new Error(`${path} has no ${JSON.stringify(before)}.`);
    const range = { start: document.positionAt(start), end: document.positionAt(start + before.length) };
    await this.#change(document, [{ range, text: after }]);
  }

  async #change(document: TextDocument, changes: { range: Diagnostic['range']; text: string }[]): Promise<void> {
    const version = document.version + 1;
    this.#documents.set(document.uri, TextDocument.update(document, changes, version));
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: document.uri, version },
      contentChanges: changes,
    });
  }

  async close(path: string): Promise<void> {
    const uri = this.uri(path);
    this.#documents.delete(uri);
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  text(path: string): string {
    return this.#document(path).getText();
  }

  #document(path: string): TextDocument {
    const document = this.#documents.get(this.uri(path));
    if (!document) throw new Error(`${path} is not open.`);
    return document;
  }

  /** Asks for the diagnostics of a document. */
  async pull(path: string): Promise<readonly Diagnostic[]> {
    const report = await this.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri: this.uri(path) },
    });
    return report.kind === 'full' ? report.items : [];
  }

  /** The quick fixes at the start of a diagnostic. */
  async fixes(path: string, diagnostic: Diagnostic): Promise<readonly CodeAction[]> {
    const actions = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: this.uri(path) },
      range: { start: diagnostic.range.start, end: diagnostic.range.start },
      context: { diagnostics: [diagnostic] },
    });
    return (actions ?? []).filter((each): each is CodeAction => 'kind' in each);
  }

  async resolve(action: CodeAction): Promise<CodeAction> {
    return this.connection.sendRequest(CodeActionResolveRequest.type, action);
  }

  /** Applies an edit as an editor does: versions must be those of the open documents; files that are not open are written. */
  async apply({ documentChanges }: WorkspaceEdit): Promise<void> {
    for (const change of documentChanges ?? []) {
      if (!('textDocument' in change)) continue;
      const { uri, version } = change.textDocument;
      const edits = change.edits.filter((each) => 'newText' in each);
      const document = this.#documents.get(uri);
      if (!document) {
        const text = TextDocument.create(uri, 'yaml', 0, readFileSync(new URL(uri), 'utf8'));
        writeFileSync(new URL(uri), TextDocument.applyEdits(text, edits));
        continue;
      }
      if (version !== document.version) throw new Error(`Version ${version} is not ${document.version}.`);
      // From the end, so that the ranges of those before stay right.
      const sorted = [...edits].sort((a, b) => document.offsetAt(b.range.start) - document.offsetAt(a.range.start));
      await this.#change(
        document,
        sorted.map(({ range, newText }) => ({ range, text: newText })),
      );
    }
  }

  /** Tells of changes on disk, in the first folder. */
  async changedOnDisk(changes: readonly (readonly [path: string, type: FileChangeType])[]): Promise<void> {
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: changes.map(([path, type]) => ({ uri: this.uri(path), type })),
    });
  }

  /** Tells that the settings have changed. */
  async configurationChanged(): Promise<void> {
    await this.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  }

  /** Writes straight into the server's input. */
  write(text: string): void {
    this.#input.write(text);
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest(ShutdownRequest.type, undefined);
    await this.connection.sendNotification(ExitNotification.type);
  }
}

/** A diagnostic as people read it: `code at line:character "token"`, lines from 1. */
export function shown(text: string, diagnostics: readonly Diagnostic[]): readonly string[] {
  const document = TextDocument.create('', 'yaml', 0, text);
  return diagnostics.map(({ code, severity, range }) => {
    const { line, character } = range.start;
    return `${severity === 1 ? 'error' : severity === 2 ? 'warning' : 'note'} ${code} ${line + 1}:${character + 1} ${document.getText(range)}`;
  });
}

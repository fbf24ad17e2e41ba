/** Diagnostics as they are asked for (pull), or sent by themselves where the client cannot ask (push). */
import type {
  CancellationToken,
  Connection,
  Diagnostic,
  DocumentDiagnosticReport,
  WorkspaceDiagnosticParams,
  WorkspaceDiagnosticReport,
  WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { Finding } from '../rules/finding.ts';
import { Lines, type Places, toDiagnostic } from './convert.ts';
import type { Files } from './files.ts';
import type { Folders } from './folders.ts';
import { toPath } from './uris.ts';

/** How long it must be quiet before other files than the one being typed are told of, in milliseconds. */
export const QUIET = 500;

export interface DiagnosticsOptions {
  readonly connection: Connection;
  readonly folders: Folders;
  filesOf(path: string): Files;
  readonly mode: 'pull' | 'push';
  /** Whether the client can be asked to pull again. */
  readonly canRefresh: boolean;
  readonly rulePage: string | undefined;
  scope(): 'workspace' | 'openFiles';
}

export class Diagnostics {
  readonly #options: DiagnosticsOptions;
  /** How often a file's findings may have changed: its result id. */
  readonly #versions = new Map<string, number>();
  readonly #due = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  /** Workspace pulls that wait for a change. */
  readonly #waiting = new Set<() => void>();

  constructor(options: DiagnosticsOptions) {
    this.#options = options;
  }

  /** Takes note of files whose findings may have changed. */
  changed(paths: ReadonlySet<string>): void {
    for (const path of paths) {
      this.#versions.set(path, (this.#versions.get(path) ?? 0) + 1);
      this.#due.add(path);
    }
    if (paths.size === 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#announce(), QUIET);
  }

  /** Sends the file being typed at once, to a client that does not ask. */
  async typed(path: string): Promise<void> {
    if (this.#options.mode === 'push') await this.#push(path);
  }

  async ofDocument(uri: string, previous: string | undefined): Promise<DocumentDiagnosticReport> {
    const path = toPath(uri);
    await this.#options.folders.folderOf(path)?.settled();
    const resultId = this.#resultId(path);
    if (previous === resultId) return { kind: 'unchanged', resultId };
    return { kind: 'full', resultId, items: [...(await this.#items(path))] };
  }

  /** Answers with what differs from the last answer; waits where nothing does. */
  async ofWorkspace(
    { previousResultIds }: WorkspaceDiagnosticParams,
    token: CancellationToken,
  ): Promise<WorkspaceDiagnosticReport> {
    const { folders } = this.#options;
    const previous = new Map(previousResultIds.map((each) => [toPath(each.uri), each.value]));
    await Promise.all(folders.all.map((each) => each.settled()));
    for (;;) {
      const items = await this.#changes(previous, token);
      if (items.length > 0 || token.isCancellationRequested) return { items };
      await this.#change(token);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const each of [...this.#waiting]) each();
  }

  async #changes(
    previous: ReadonlyMap<string, string>,
    token: CancellationToken,
  ): Promise<WorkspaceDocumentDiagnosticReport[]> {
    const { folders, scope } = this.#options;
    const shown = scope() === 'workspace' ? folders.all.flatMap((each) => [...each.analysis.paths()]) : [];
    const result: WorkspaceDocumentDiagnosticReport[] = [];
    const seen = new Set<string>();
    for (const path of shown) {
      if (token.isCancellationRequested) return result;
      seen.add(path);
      const resultId = this.#resultId(path);
      const before = previous.get(path);
      if (before === resultId || folders.folderOf(path)?.analysis.snapshot.files.get(path)?.context) continue;
      const items = await this.#items(path);
      if (items.length === 0 && before === undefined) continue;
      const version = folders.document(path)?.version ?? null;
      result.push({ kind: 'full', uri: folders.uri(path), version, resultId, items: [...items] });
    }
    for (const path of previous.keys()) {
      const gone = `gone:${path}`;
      if (seen.has(path) || previous.get(path) === gone) continue;
      result.push({ kind: 'full', uri: folders.uri(path), version: null, resultId: gone, items: [] });
    }
    return result;
  }

  async #change(token: CancellationToken): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#waiting.delete(done);
        resolve();
      };
      this.#waiting.add(done);
      token.onCancellationRequested(done);
    });
  }

  #announce(): void {
    const due = [...this.#due];
    this.#due.clear();
    for (const each of [...this.#waiting]) each();
    const { mode, canRefresh, connection } = this.#options;
    if (mode === 'pull') {
      if (canRefresh) connection.languages.diagnostics.refresh();
      return;
    }
    for (const path of due) this.#push(path).catch((error: unknown) => connection.console.error(String(error)));
  }

  async #push(path: string): Promise<void> {
    const { connection, folders, scope } = this.#options;
    const document = folders.document(path);
    const wanted = document !== undefined || scope() === 'workspace';
    const diagnostics = wanted ? [...(await this.#items(path))] : [];
    const version = document?.version;
    await connection.sendDiagnostics({
      uri: folders.uri(path),
      ...(version === undefined ? {} : { version }),
      diagnostics,
    });
  }

  async #items(path: string): Promise<readonly Diagnostic[]> {
    const { folders, rulePage } = this.#options;
    const findings = folders.folderOf(path)?.findings(path) ?? [];
    if (findings.length === 0) return [];
    const places = await this.#places(findings);
    const lines = places.lines(path);
    return lines ? findings.map((each) => toDiagnostic(each, lines, places, rulePage)) : [];
  }

  async #places(findings: readonly Finding[]): Promise<Places> {
    const { folders, filesOf } = this.#options;
    const paths = new Set(findings.flatMap((each) => [each.path, ...each.related.map(({ path }) => path)]));
    const known = new Map<string, Lines>();
    for (const path of paths) {
      const text = folders.document(path)?.getText() ?? (await filesOf(path).readText(path));
      if (text !== undefined) known.set(path, new Lines(text));
    }
    return { lines: (path) => known.get(path), uri: (path) => folders.uri(path) };
  }

  #resultId(path: string): string {
    return `${this.#options.scope()}:${this.#versions.get(path) ?? 0}`;
  }
}

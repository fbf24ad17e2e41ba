/** Diagnostics for clients that ask for them. */
import {
  type CancellationToken,
  type DocumentDiagnosticParams,
  type DocumentDiagnosticReport,
  LSPErrorCodes,
  ResponseError,
  type ResultProgressReporter,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDiagnosticReportPartialResult,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { Announcer } from './announcer.ts';
import { throwIfCancelled, unlessCancelled } from './cancellation.ts';
import { resultIdOf } from './convert.ts';
import type { Folders } from './folders.ts';
import type { Reports } from './reports.ts';
import { toPath } from './uris.ts';

/** How many files go into one part of an answer. */
const PART = 100;

const NONE = resultIdOf([]);

export class Pull {
  readonly #folders: Folders;
  readonly #reports: Reports;
  readonly #announcer: Announcer;
  readonly #streams = new Set<(paths: ReadonlySet<string>) => void>();

  constructor(folders: Folders, reports: Reports, announcer: Announcer) {
    this.#folders = folders;
    this.#reports = reports;
    this.#announcer = announcer;
  }

  /** Answers for one document, once all that was typed until now is checked. */
  async document(params: DocumentDiagnosticParams, token: CancellationToken): Promise<DocumentDiagnosticReport> {
    const path = toPath(params.textDocument.uri);
    await unlessCancelled(token, this.#announcer.due(path));
    await unlessCancelled(token, this.#folders.of(path)?.checked(path) ?? Promise.resolve());
    const { items, resultId, version } = await this.#reports.of(path);
    if (version !== (this.#folders.document(path)?.version ?? null)) {
      throw new ResponseError(LSPErrorCodes.ServerCancelled, 'The document has changed.', { retriggerRequest: true });
    }
    if (params.previousResultId === resultId) return { kind: 'unchanged', resultId };
    return { kind: 'full', resultId, items: [...items] };
  }

  /**
   * Answers for all files with what differs from what the client has. Where it takes an answer in parts, the request stays open, and
   * every change is one more part.
   */
  async workspace(
    params: WorkspaceDiagnosticParams,
    token: CancellationToken,
    parts: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult> | undefined,
  ): Promise<WorkspaceDiagnosticReport> {
    const sent = new Map(params.previousResultIds.map((each) => [toPath(each.uri), each.value]));
    await unlessCancelled(token, this.#folders.settled());
    const due = new Set([...this.#reports.paths(), ...sent.keys()]);
    if (!parts) return { items: await this.#differing(due, sent, token) };
    let wake: () => void = () => undefined;
    const stream = (paths: ReadonlySet<string>) => {
      for (const path of paths) due.add(path);
      wake();
    };
    this.#streams.add(stream);
    try {
      for (;;) {
        while (due.size > 0) {
          const some = [...due].slice(0, PART);
          for (const path of some) due.delete(path);
          const items = await this.#differing(some, sent, token);
          if (items.length > 0) parts.report({ items });
        }
        const more = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await unlessCancelled(token, more);
      }
    } finally {
      this.#streams.delete(stream);
    }
  }

  /** Tells open requests of files whose findings may have changed. */
  tell(paths: ReadonlySet<string>): void {
    for (const stream of this.#streams) stream(paths);
  }

  async #differing(
    paths: Iterable<string>,
    sent: Map<string, string>,
    token: CancellationToken,
  ): Promise<WorkspaceDocumentDiagnosticReport[]> {
    const result: WorkspaceDocumentDiagnosticReport[] = [];
    for (const path of paths) {
      throwIfCancelled(token);
      const { items, resultId, version } = await this.#reports.of(path);
      if ((sent.get(path) ?? NONE) === resultId) continue;
      sent.set(path, resultId);
      result.push({ kind: 'full', uri: this.#folders.uri(path), version, resultId, items: [...items] });
    }
    return result;
  }
}

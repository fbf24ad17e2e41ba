/** Diagnostics for clients that cannot ask for them. */
import type { PublishDiagnosticsParams } from 'vscode-languageserver';
import { resultIdOf } from './convert.ts';
import type { Folders } from './folders.ts';
import type { Reports } from './reports.ts';

const NONE = resultIdOf([]);

export class Push {
  readonly #folders: Folders;
  readonly #reports: Reports;
  readonly #send: (params: PublishDiagnosticsParams) => Promise<void>;
  readonly #sent = new Map<string, string>();
  readonly #due = new Set<string>();
  #isSending = false;

  constructor(folders: Folders, reports: Reports, send: (params: PublishDiagnosticsParams) => Promise<void>) {
    this.#folders = folders;
    this.#reports = reports;
    this.#send = send;
  }

  /** Sends what is reported on these files now, where that differs from what was sent. */
  async tell(paths: ReadonlySet<string>): Promise<void> {
    for (const path of paths) this.#due.add(path);
    // One at a time: an older answer must not arrive after a newer one.
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (const path of this.#due) {
        this.#due.delete(path);
        const { items, resultId, version } = await this.#reports.of(path);
        const name = version === null ? resultId : `${resultId} ${version}`;
        const before = this.#sent.get(path);
        if (before === name || (before === undefined && resultId === NONE)) continue;
        if (resultId === NONE) this.#sent.delete(path);
        else this.#sent.set(path, name);
        await this.#send({
          uri: this.#folders.uri(path),
          diagnostics: [...items],
          ...(version === null ? {} : { version }),
        });
      }
    } finally {
      this.#isSending = false;
    }
  }
}

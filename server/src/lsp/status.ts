/** What goes on, for the client's status item. */
import type { Connection } from 'vscode-languageserver';
import { STATUS, type Status, type UncheckedRoute } from '../protocol.ts';
import { Lines } from './convert.ts';
import type { Files } from './files.ts';
import type { Folders } from './folders.ts';

/** How long it must be quiet before the status is worked out anew, in milliseconds. */
const QUIET = 300;

export class StatusReporter {
  readonly #connection: Connection;
  readonly #folders: Folders;
  readonly #filesOf: (path: string) => Files;
  #timer: NodeJS.Timeout | undefined;
  #reading = 0;

  constructor(connection: Connection, folders: Folders, filesOf: (path: string) => Files) {
    this.#connection = connection;
    this.#folders = folders;
    this.#filesOf = filesOf;
  }

  /** Says that a folder is being read, and how far; call the result when it is done. */
  reading(): { progress(done: number): void; done(): void } {
    this.#reading++;
    const send = (done: number) => this.#send({ ...EMPTY, state: 'reading', done });
    send(0);
    return {
      progress: send,
      done: () => {
        this.#reading--;
        this.changed();
      },
    };
  }

  /** The findings have changed. */
  changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#reading > 0) return;
      this.status().then(
        (status) => this.#send(status),
        (error: unknown) => this.#connection.console.error(String(error)),
      );
    }, QUIET);
  }

  /** What was read and checked in all folders. */
  async status(): Promise<Status> {
    const summaries = this.#folders.all.map((each) => each.analysis.summary());
    const unchecked: UncheckedRoute[] = [];
    for (const { path, range, needs } of summaries.flatMap((each) => each.unchecked)) {
      const text = this.#folders.document(path)?.getText() ?? (await this.#filesOf(path).readText(path)) ?? '';
      unchecked.push({ uri: this.#folders.uri(path), ...new Lines(text).range(range).start, needs });
    }
    const sum = (key: 'files' | 'routes' | 'failing') => summaries.reduce((total, each) => total + each[key], 0);
    return { state: 'ready', done: 0, files: sum('files'), routes: sum('routes'), failing: sum('failing'), unchecked };
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #send(status: Status): void {
    this.#connection.sendNotification(STATUS, status).catch(() => undefined);
  }
}

const EMPTY: Status = { state: 'ready', done: 0, files: 0, routes: 0, failing: 0, unchecked: [] };

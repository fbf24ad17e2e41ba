/** Progress of the first reading, for clients that show it. */
import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver';
import type { Clock } from './clock.ts';

/** How often it is told of, in milliseconds. */
const STEP = 200;

export class Progress {
  readonly #connection: Connection;
  readonly #clock: Clock;
  #reporter: Promise<WorkDoneProgressServerReporter> | undefined;
  #told = 0;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  /** Files are being read. */
  reading(done: number): void {
    if (!this.#reporter) {
      this.#reporter = this.#connection.window.createWorkDoneProgress().then((reporter) => {
        reporter.begin('Istio Egress', undefined, 'reading files');
        return reporter;
      });
      this.#reporter.catch(() => undefined);
    }
    if (done === 0 || this.#clock.now() - this.#told < STEP) return;
    this.#told = this.#clock.now();
    this.#reporter.then(
      (reporter) => reporter.report(`${done} files read`),
      () => undefined,
    );
  }

  /** All are read. */
  done(): void {
    this.#reporter?.then(
      (reporter) => reporter.done(),
      () => undefined,
    );
    this.#reporter = undefined;
  }
}

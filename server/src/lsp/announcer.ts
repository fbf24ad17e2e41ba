/** When whom to tell of findings that changed: the file being typed at once, others after a moment of quiet. */
import type { Clock } from './clock.ts';

/** How long nobody must have typed before other files are told of, in milliseconds. */
export const QUIET = 500;

export interface Audience {
  /** Files whose findings may differ, and that are due now. */
  tell(paths: ReadonlySet<string>): void;
}

export class Announcer {
  readonly #clock: Clock;
  readonly #audience: Audience;
  readonly #pending = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #last: { readonly path: string; readonly at: number } | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, audience: Audience) {
    this.#clock = clock;
    this.#audience = audience;
  }

  /** Somebody types in a file. */
  typed(path: string): void {
    this.#last = { path, at: this.#clock.now() };
    if (this.#pending.size > 0 || this.#waiting.size > 0) this.#schedule();
  }

  /** Takes note of files whose findings may have changed. */
  changed(paths: ReadonlySet<string>): void {
    const current = this.#remaining() > 0 ? this.#last?.path : undefined;
    const now = new Set<string>();
    for (const path of paths) {
      if (path === current) now.add(path);
      else this.#pending.add(path);
    }
    if (now.size > 0) this.#audience.tell(now);
    if (this.#remaining() > 0) this.#schedule();
    else this.#flush();
  }

  /** Resolves when a file may be told of: at once for the one being typed. */
  async due(path: string): Promise<void> {
    if (path === this.#last?.path || this.#remaining() <= 0) return;
    await new Promise<void>((resolve) => {
      this.#waiting.add(resolve);
      this.#schedule();
    });
  }

  dispose(): void {
    this.#cancel?.();
    this.#pending.clear();
  }

  #remaining(): number {
    return this.#last ? this.#last.at + QUIET - this.#clock.now() : 0;
  }

  #schedule(): void {
    this.#cancel?.();
    this.#cancel = this.#clock.later(Math.max(0, this.#remaining()), () => this.#flush());
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const paths = new Set(this.#pending);
    this.#pending.clear();
    if (paths.size > 0) this.#audience.tell(paths);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

/** When whom to tell of findings that changed: the file being typed at once, others after a moment of quiet. */
import type { Clock } from './clock.ts';

/** How long nobody must have typed before other files are told of, in milliseconds. */
export const QUIET = 500;

export interface Audience {
  /** Files that were just typed in: now, for those who are sent what they see. */
  tellTyped(paths: ReadonlySet<string>): void;
  /**
   * Files whose findings may differ, when it is quiet.
   *
   * @param unasked those that changed for another reason than being typed in: an editor does not ask for them by itself
   */
  tell(paths: ReadonlySet<string>, unasked: ReadonlySet<string>): void;
}

export class Announcer {
  readonly #clock: Clock;
  readonly #audience: Audience;
  readonly #pending = new Set<string>();
  readonly #unasked = new Set<string>();
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

  /** Takes note of files whose findings may have changed, and which of them were typed in. */
  changed(paths: ReadonlySet<string>, typed: ReadonlySet<string>): void {
    for (const path of paths) {
      this.#pending.add(path);
      if (!typed.has(path)) this.#unasked.add(path);
    }
    if (typed.size > 0) this.#audience.tellTyped(typed);
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
    const unasked = new Set(this.#unasked);
    this.#pending.clear();
    this.#unasked.clear();
    if (paths.size > 0) this.#audience.tell(paths, unasked);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}

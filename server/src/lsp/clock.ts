/** Time, as far as the server has to do with it. Tests put their own in its place. */

export interface Clock {
  /** Milliseconds; only differences mean anything. */
  now(): number;
  /** Runs something later. @returns takes it back */
  later(milliseconds: number, run: () => void): () => void;
  /** Lets everything else that is due run first. */
  turn(): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  later(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

/** Work that is done one after the other, and gives way to requests in between. */
import { setImmediate } from 'node:timers/promises';

/** How long the thread may be busy, in milliseconds. */
const TURN = 8;

export class Turns {
  #tail: Promise<void> = Promise.resolve();

  /** Runs after everything that was asked for before. A failure is the asker's alone. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** Resolves when everything that was asked for until now is done. */
  settled(): Promise<void> {
    return this.#tail;
  }
}

/** Runs a stepped computation to its end, with a pause for others where it takes long. */
export async function inTurns<T>(steps: Generator<undefined, T>): Promise<T> {
  let last = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - last < TURN) continue;
    await setImmediate();
    last = performance.now();
  }
}

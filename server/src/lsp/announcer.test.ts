import { describe, expect, it } from 'vitest';
import { Announcer, QUIET } from './announcer.ts';
import type { Clock } from './clock.ts';

/** A clock that goes on when told to. */
class TestClock implements Clock {
  #now = 0;
  #due: { readonly at: number; readonly run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  later(milliseconds: number, run: () => void): () => void {
    const entry = { at: this.#now + milliseconds, run };
    this.#due.push(entry);
    return () => {
      this.#due = this.#due.filter((each) => each !== entry);
    };
  }

  async turn(): Promise<void> {}

  pass(milliseconds: number): void {
    this.#now += milliseconds;
    const due = this.#due.filter(({ at }) => at <= this.#now);
    this.#due = this.#due.filter((each) => !due.includes(each));
    for (const { run } of due) run();
  }
}

function started() {
  const clock = new TestClock();
  const told: string[] = [];
  const announcer = new Announcer(clock, {
    tellTyped: (paths) => told.push(`typed ${[...paths].join()}`),
    tell: (paths, unasked) => told.push(`${[...paths].join()} unasked ${[...unasked].join()}`),
  });
  const type = (path: string, ...others: string[]) => {
    announcer.typed(path);
    announcer.changed(new Set([path, ...others]), new Set([path]));
  };
  return { clock, told, announcer, type };
}

describe('who is told', () => {
  it('of the file being typed at once, of others when it has been quiet', () => {
    const { clock, told, type } = started();
    type('a', 'b');
    clock.pass(QUIET - 1);
    type('a', 'c');
    clock.pass(QUIET - 1);
    expect(told).toEqual(['typed a', 'typed a']);
    clock.pass(1);
    expect(told).toEqual(['typed a', 'typed a', 'a,b,c unasked b,c']);
    clock.pass(10 * QUIET);
    expect(told).toHaveLength(3);
  });

  it('of changes on disk at once, but not while somebody types', () => {
    const { clock, told, announcer, type } = started();
    announcer.changed(new Set(['a']), new Set());
    expect(told.splice(0)).toEqual(['a unasked a']);
    type('b');
    announcer.changed(new Set(['a']), new Set());
    expect(told.splice(0)).toEqual(['typed b']);
    clock.pass(QUIET);
    expect(told).toEqual(['b,a unasked a']);
  });
});

describe('who asks', () => {
  it('of the file being typed is answered at once, of others when it has been quiet', async () => {
    const { clock, announcer, type } = started();
    const answered: string[] = [];
    type('a');
    const other = announcer.due('b').then(() => answered.push('b'));
    await announcer.due('a').then(() => answered.push('a'));
    expect(answered).toEqual(['a']);
    clock.pass(QUIET);
    await other;
    expect(answered).toEqual(['a', 'b']);
  });

  it('is answered at once where nobody types', async () => {
    const { clock, announcer, type } = started();
    type('a');
    clock.pass(QUIET);
    await announcer.due('b');
  });
});

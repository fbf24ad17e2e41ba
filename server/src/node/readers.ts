/** Bytes of files to what they hold: in this thread, or in others where there is much to read. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { EMPTY_CONTENTS, type FileContents } from '../manifest/contents.ts';
import { readContents } from '../manifest/read-contents.ts';

export interface Job {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Readers {
  read(jobs: readonly Job[]): Promise<readonly FileContents[]>;
  close(): Promise<void>;
}

/** What goes to a worker and comes back: an answer for each job, in order. */
export interface Batch {
  readonly id: number;
  readonly jobs: readonly Job[];
}

export interface Answer {
  readonly id: number;
  readonly contents: readonly FileContents[];
}

/** Reads in this thread. */
export const inThread: Readers = {
  read: async (jobs) => jobs.map(readJob),
  close: async () => undefined,
};

export function readJob({ path, bytes }: Job): FileContents {
  return readContents(path, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
}

/**
 * Reads in worker threads.
 *
 * @param entry the file that a worker starts with: the bundle of `reader-worker.ts`
 */
export function workerPool(entry: string): Readers {
  const size = Math.max(1, Math.min(4, availableParallelism()));
  const workers = Array.from({ length: size }, () => startWorker(entry));
  let next = 0;
  return {
    read(jobs) {
      const worker = workers[next++ % workers.length];
      return worker ? worker.read(jobs) : inThread.read(jobs);
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

function startWorker(entry: string): Readers {
  const worker = new Worker(entry);
  const waiting = new Map<
    number,
    { readonly jobs: readonly Job[]; resolve(contents: readonly FileContents[]): void }
  >();
  let id = 0;
  let failed = false;
  worker.on('message', ({ id: answered, contents }: Answer) => {
    waiting.get(answered)?.resolve(contents);
    waiting.delete(answered);
  });
  // A worker that cannot start or dies must not lose files: this thread reads what it had.
  const takeOver = () => {
    failed = true;
    for (const { jobs, resolve } of waiting.values()) resolve(jobs.map(readOrNothing));
    waiting.clear();
  };
  worker.on('error', takeOver);
  worker.on('exit', takeOver);
  return {
    read(jobs) {
      if (failed) return inThread.read(jobs);
      return new Promise((resolve) => {
        waiting.set(++id, { jobs, resolve });
        worker.postMessage({ id, jobs } satisfies Batch);
      });
    },
    close: async () => {
      await worker.terminate();
    },
  };
}

function readOrNothing(job: Job): FileContents {
  try {
    return readJob(job);
  } catch {
    return { ...EMPTY_CONTENTS, class: 'other' };
  }
}

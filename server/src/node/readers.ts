/** Bytes of files to what they hold: in this thread, or in others where there is much to read. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { CleanShapes } from '../manifest/clean-shapes.ts';
import { EMPTY_CONTENTS, type FileContents } from '../manifest/contents.ts';
import { readContents } from '../manifest/read-contents.ts';

export interface Job {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Readers {
  read(job: Job): Promise<FileContents>;
  close(): Promise<void>;
}

/** What goes to a worker and comes back. */
export interface Request {
  readonly id: number;
  readonly job: Job;
}

export interface Answer {
  readonly id: number;
  readonly contents: FileContents;
}

/** Reads in this thread. @param clean what is remembered of the files before */
export function readJob({ path, bytes }: Job, clean: CleanShapes = new CleanShapes()): FileContents {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return readContents(path, text, { clean });
}

/**
 * Reads in worker threads, which start when there is something for them.
 *
 * @param entry the file that a worker starts with: the bundle of `reader-worker.ts`
 */
export function workerPool(entry: string): Readers {
  const size = Math.max(1, Math.min(4, availableParallelism()));
  const workers: Readers[] = [];
  let next = 0;
  return {
    read(job) {
      if (workers.length < size) workers.push(startWorker(entry));
      const worker = workers[next++ % workers.length];
      return worker ? worker.read(job) : Promise.resolve(readJob(job));
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
    },
  };
}

function startWorker(entry: string): Readers {
  const worker = new Worker(entry);
  const waiting = new Map<number, { readonly job: Job; resolve(contents: FileContents): void }>();
  let id = 0;
  let failed = false;
  worker.on('message', ({ id: answered, contents }: Answer) => {
    waiting.get(answered)?.resolve(contents);
    waiting.delete(answered);
  });
  // A worker that cannot start or dies must not lose files: this thread reads what it had.
  const takeOver = () => {
    failed = true;
    for (const { job, resolve } of waiting.values()) resolve(readOrNothing(job));
    waiting.clear();
  };
  worker.on('error', takeOver);
  worker.on('exit', takeOver);
  return {
    async read(job) {
      if (failed) return readOrNothing(job);
      return new Promise((resolve) => {
        waiting.set(++id, { job, resolve });
        worker.postMessage({ id, job } satisfies Request);
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

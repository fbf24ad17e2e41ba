/** Entry of a worker thread: reads what it is sent. */
import { parentPort } from 'node:worker_threads';
import { type Answer, type Batch, readJob } from './readers.ts';

const port = parentPort;
port?.on('message', ({ id, jobs }: Batch) => {
  port.postMessage({ id, contents: jobs.map(readJob) } satisfies Answer);
});

/** Entry of a worker thread: reads what it is sent. */
import { parentPort } from 'node:worker_threads';
import { type Answer, readJob, type Request } from './readers.ts';

const port = parentPort;
port?.on('message', ({ id, job }: Request) => {
  port.postMessage({ id, contents: readJob(job) } satisfies Answer);
});

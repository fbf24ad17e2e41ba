/** Entry of a worker thread: reads what it is sent. */
import { parentPort } from 'node:worker_threads';
import { CleanShapes } from '../manifest/clean-shapes.ts';
import { type Answer, readJob, type Request } from './readers.ts';

const port = parentPort;
const clean = new CleanShapes();
port?.on('message', ({ id, job }: Request) => {
  port.postMessage({ id, contents: readJob(job, clean) } satisfies Answer);
});

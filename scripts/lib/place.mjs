/** Where things are: the project's folder, and where the user stands. */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The folder that relative paths are taken from: where `npm run` was called, for npm itself changes to the project's folder. */
export const userFolder =
  process.env.npm_lifecycle_event === undefined ? process.cwd() : process.env.INIT_CWD || process.cwd();

/** An absolute path below the project's folder. */
export const inProject = (...parts) => resolve(root, ...parts);

/** Tells the user something. Standard output is the answer and nothing else, so all other words go to standard error. */
export const say = (text) => process.stderr.write(`${text}\n`);

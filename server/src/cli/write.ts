/** Writes fixed files: whole or not at all, and as they were in everything but their text. */
import { chmod, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CannotRun } from './cannot-run.ts';

/**
 * Puts a text in place of a file's. Its mode and a symbolic link to it stay.
 *
 * @param before the text that `after` was made from
 * @param shown the file's name for messages
 * @throws CannotRun where the file is no longer as it was read, is not UTF-8, or cannot be written
 */
export async function writeText(path: string, before: string, after: string, shown: string): Promise<void> {
  try {
    const target = await realpath(path);
    const bytes = await readFile(target);
    if (!bytes.equals(Buffer.from(before, 'utf8'))) {
      throw new CannotRun(`${shown} was not fixed: it changed meanwhile, or is not UTF-8`);
    }
    await replace(target, after);
  } catch (error) {
    if (error instanceof CannotRun || !(error instanceof Error)) throw error;
    throw new CannotRun(`${shown} could not be written: ${error.message}`);
  }
}

async function replace(target: string, text: string): Promise<void> {
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    const { mode } = await stat(target);
    await writeFile(beside, text, { mode });
    // The process's umask may have taken something from the mode.
    await chmod(beside, mode);
    await rename(beside, target);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** The files that `--only` names. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { toWorkspacePath } from '../node/paths.ts';
import { isWithin } from '../workspace/paths.ts';
import { CannotRun } from './cannot-run.ts';

/** A file or folder that was named. */
export interface Place {
  readonly path: string;
  readonly written: string;
}

/**
 * Finds files and folders, each taken from where the user stands, else from the checked folder.
 *
 * @param root the checked folder
 * @param folder where the user stands
 * @throws CannotRun where one is not there, or not in the checked folder
 */
export async function findOnly(written: readonly string[], root: string, folder: string): Promise<readonly Place[]> {
  return Promise.all(
    written.map(async (each) => {
      const path = await firstThere([resolve(folder, each), resolve(root, each)].map(toWorkspacePath), root);
      if (path === undefined) throw new CannotRun(`--only ${each}: no such file in the checked folder`);
      return { path, written: each };
    }),
  );
}

async function firstThere(paths: readonly string[], root: string): Promise<string | undefined> {
  for (const path of paths) {
    if (isWithin(root, path) && (await isThere(path))) return path;
  }
  return undefined;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}

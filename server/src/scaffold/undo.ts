/** The way back: the texts as they were. */
import type { PlannedFile, RoutePlan } from './types.ts';

/**
 * What puts every byte back that a plan changes: files that it made are taken away.
 *
 * @returns in the form of a plan's files, `after` being undefined where a file is to be deleted
 */
export function undoOf({ files }: Pick<RoutePlan, 'files'>): readonly UndoneFile[] {
  return files.map(({ path, before, after }) => ({ path, before: after, after: before }));
}

export interface UndoneFile extends Omit<PlannedFile, 'before' | 'after'> {
  /** The text that is expected there. */
  readonly before: string;
  readonly after: string | undefined;
}

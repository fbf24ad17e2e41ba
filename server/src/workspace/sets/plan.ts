/** Which files are applied together. */
import type { PlanInput, PlannedSet } from './planned.ts';

/** The id of the set of files that nothing else puts elsewhere. */
export const FOLDER_SET = 'folder';

export function planSets({ files }: PlanInput): readonly PlannedSet[] {
  const members = new Map([...files.keys()].map((path) => [path, { because: BESIDE }]));
  return [{ id: FOLDER_SET, name: undefined, origin: 'folder', certainty: 'inferred', openBy: undefined, members }];
}

export const BESIDE = 'it is in the workspace folder, and nothing says that its files are applied apart';

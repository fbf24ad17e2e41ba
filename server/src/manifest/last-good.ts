/** What others see of a file while it does not parse. */
import type { FileContents } from './contents.ts';
import type { Resource } from './types.ts';

/**
 * Keeps the resources of the last good read where a document does not parse now: they can be found by others, and nothing is said about
 * them. Ranges of kept resources are those of the last good text.
 *
 * @param before the file as it was seen until now, its kept resources included
 * @param now as just read
 */
export function withLastGood(before: FileContents | undefined, now: FileContents): FileContents {
  if (!before || before.resources.length === 0 || !isBroken(now)) return now;
  const good = new Map(before.resources.map((each) => [keyOf(each), each]));
  const seen = new Set<string>();
  const resources = now.resources.map((each) => {
    const key = keyOf(each);
    seen.add(key);
    const last = good.get(key);
    // Half-typed values would break what others look up.
    return each.broken && last ? { ...last, range: each.range, broken: true } : each;
  });
  const missing = before.resources.filter((each) => !seen.has(keyOf(each))).map((each) => ({ ...each, broken: true }));
  return {
    ...now,
    resources: [...resources, ...missing],
    mayHold: now.mayHold.filter((each) => !missing.some(({ kind }) => kind === each)),
  };
}

function isBroken({ class: kind, problems, resources, mayHold }: FileContents): boolean {
  if (kind !== 'read' && kind !== 'other') return false;
  // Where nothing of a broken document could be read, the kinds that it names are all that is left of it.
  return (
    mayHold.length > 0 ||
    resources.some((each) => each.broken) ||
    problems.some((each) => each.code !== 'duplicate-key')
  );
}

function keyOf({ kind, namespace, name }: Resource): string {
  return `${kind} ${namespace?.value ?? ''}/${name.value ?? ''}`;
}

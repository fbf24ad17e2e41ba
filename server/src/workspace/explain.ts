/** Why a file belongs where it does, in words. */
import { relativeTo } from './paths.ts';
import type { ApplySet, Membership, WorkspaceFile } from './types.ts';

/**
 * Markdown: the file, then one line for each apply set that it is a member of.
 *
 * @param file undefined where it was not read
 * @param sets those that it is a member of
 * @param all how many sets the workspace has
 */
export function explainMembership(
  root: string,
  file: WorkspaceFile | undefined,
  sets: readonly ApplySet[],
  all: number,
): string {
  if (!file) return 'This file is not read: it is excluded, ignored, or none of Istio, Kubernetes and Kustomize.';
  const title = `**${relativeTo(root, file.path)}**`;
  if (sets.length === 0) return `${title} is in no apply set: ${reasonWithout(file)}.`;
  const head = `${title} is in ${sets.length} of ${all} apply ${all === 1 ? 'set' : 'sets'}${file.context ? ', as context' : ''}:`;
  return [head, '', ...sets.map((set) => `- ${line(root, set, set.members.get(file.path))}`)].join('\n');
}

function line(root: string, set: ApplySet, membership: Membership | undefined): string {
  const name = set.name ?? 'the whole folder';
  const parts = [
    `**${name}** (${set.certainty}): ${membership?.because ?? 'a member'}.`,
    membership?.role === 'seen' ? 'Names are looked up in it; it is checked in its own set.' : undefined,
    membership?.namespace === undefined ? undefined : `Namespace: \`${membership.namespace}\`.`,
    membership?.defaultNamespace === undefined
      ? undefined
      : `Namespace where none is written: \`${membership.defaultNamespace}\`.`,
    set.openBy === undefined ? undefined : `Something may be missing here: ${set.openBy}.`,
    set.ambiguous.size === 0 ? undefined : `Defined differently by alternatives: ${shortList([...set.ambiguous])}.`,
  ];
  return parts
    .filter((part) => part !== undefined)
    .join(' ')
    .replaceAll(`${root}/`, '');
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 3).map((name) => `\`${name}\``);
  return names.length > 3 ? `${shown.join(', ')} and ${names.length - 3} more` : shown.join(', ');
}

function reasonWithout({ contents }: WorkspaceFile): string {
  if (contents.class === 'irrelevant') return 'it names no kind of ours';
  if (contents.assemblies.length > 0) return 'it says which files go together';
  if (contents.resources.length > 0) return 'it is a patch';
  return 'it holds no resource';
}

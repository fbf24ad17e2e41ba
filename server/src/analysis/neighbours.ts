/** What another apply set of the same cluster has: Kustomize roots and Argo CD paths are applied beside each other. */
import type { Finding } from '../rules/finding.ts';
import type { WorkspaceFile } from '../workspace/types.ts';
import type { SetChecker } from './set-checker.ts';

/**
 * Whether what a finding misses is in a neighbour: a known set that is applied beside this one, not in its place. A set that holds the
 * same file, or a VirtualService of the same name, is an alternative (another overlay): what it has says nothing here.
 *
 * @param file that the finding is in
 */
export function isInNeighbour(
  { elsewhere }: Finding,
  file: WorkspaceFile,
  own: SetChecker,
  checkers: Iterable<SetChecker>,
): boolean {
  if (elsewhere === undefined || own.set.certainty !== 'known') return false;
  for (const other of checkers) {
    if (other === own || other.set.certainty !== 'known' || other.set.members.has(file.path)) continue;
    if (has(other, elsewhere) && !isAlternative(other, file)) return true;
  }
  return false;
}

const NAMED = ['Service', 'ServiceEntry'] as const;

/** @param what as `external` in the settings names things: `Gateway namespace/name` (of either API), `ServiceEntry host` */
function has({ mesh }: SetChecker, what: string): boolean {
  const reader = mesh.reader();
  const [kind, name = ''] = what.split(' ');
  const slash = name.indexOf('/');
  const namespace = name.slice(0, slash);
  const short = name.slice(slash + 1);
  if (kind === 'ServiceEntry' && slash < 0) return reader.hosting('ServiceEntry', name).length > 0;
  const kinds = kind === 'Gateway' ? (['Gateway', 'K8sGateway'] as const) : NAMED.filter((each) => each === kind);
  return kinds.some((each) => reader.named(each, namespace, short).length > 0);
}

function isAlternative({ mesh }: SetChecker, file: WorkspaceFile): boolean {
  const reader = mesh.reader();
  return file.contents.resources.some(
    ({ kind, name }) =>
      kind === 'VirtualService' && name.value !== undefined && reader.namedAnywhere(kind, name.value).length > 0,
  );
}

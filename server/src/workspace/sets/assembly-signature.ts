/** Whether a file says the same as before about which files go together. */
import type { Assembly } from '../../manifest/contents.ts';
import type { WorkspaceFile } from '../types.ts';

/** Equal for files that say the same, wherever in the text. */
export function signatureOf(file: WorkspaceFile | undefined): string {
  const assemblies = file?.contents.assemblies ?? [];
  return assemblies.length === 0 ? '' : JSON.stringify(assemblies.map(withoutRanges));
}

function withoutRanges(assembly: Assembly): object {
  if (assembly.kind !== 'kustomize') return { ...assembly, range: undefined };
  const { resources, components } = assembly;
  return {
    ...assembly,
    range: undefined,
    resources: resources.map((each) => each.path),
    components: components.map((each) => each.path),
  };
}

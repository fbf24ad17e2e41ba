/** Who sees resources without `exportTo`: the mesh configuration's defaults. */
import type { MeshConfig } from '../manifest/types.ts';
import type { Range } from '../yaml/nodes.ts';
import type { MeshReader } from './mesh.ts';

const FIELDS = {
  ServiceEntry: 'defaultServiceExportTo',
  VirtualService: 'defaultVirtualServiceExportTo',
  DestinationRule: 'defaultDestinationRuleExportTo',
} as const satisfies Readonly<Record<string, keyof MeshConfig>>;

/**
 * The `exportTo` that counts where a resource has none: `["*"]` unless a mesh configuration in the workspace says otherwise
 * (`pkg/config/mesh/mesh.go`).
 *
 * @returns undefined where it is not known: several mesh configurations that differ, or a placeholder
 */
export function defaultExportTo(reader: MeshReader, kind: keyof typeof FIELDS): readonly string[] | undefined {
  const written = reader.all('MeshConfig').map(({ resource }) => resource.config[FIELDS[kind]]);
  const lists = written.map((list) => (list ? list.items.map((each) => each.value) : ['*']));
  const [first = ['*'], ...others] = lists;
  if (others.some((each) => each.join() !== first.join())) return undefined;
  const known = first.flatMap((each) => each ?? []);
  return known.length === first.length ? known : undefined;
}

/** Where the mesh configuration says it; undefined where none does. */
export function defaultExportPlace(
  reader: MeshReader,
  kind: keyof typeof FIELDS,
): { readonly path: string; readonly range: Range } | undefined {
  for (const { path, resource } of reader.all('MeshConfig')) {
    const list = resource.config[FIELDS[kind]];
    if (list) return { path, range: list.range };
  }
  return undefined;
}

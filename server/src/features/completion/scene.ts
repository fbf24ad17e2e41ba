/** What is known of the place that is being completed: the resource that it is in, as far as it is typed, and the mesh around it. */
import { readResource } from '../../manifest/read-resource.ts';
import { ISTIO_NETWORKING_GROUP, type Resource } from '../../manifest/types.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import { type RouteRule, rulesOf } from '../../mesh/virtual-service-rules.ts';
import type { Plane } from '../../trace/plane.ts';
import type { Cursor, Step, Token } from '../../yaml/cursor.ts';
import { entryOf, valueAt } from '../../yaml/entries.ts';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar } from '../../yaml/nodes.ts';

export const COMPLETED_KINDS = ['VirtualService', 'Gateway', 'ServiceEntry', 'DestinationRule', 'Sidecar'] as const;

export type CompletedKind = (typeof COMPLETED_KINDS)[number];

export interface Scene {
  readonly reader: MeshReader;
  readonly plane: Plane;
  readonly token: Token;
  /** From the resource's root, list items as `[]`: `spec.http[].match[].gateways[]`. A key's path is that of its mapping. */
  readonly at: string;
  /** The resource without what is being typed. */
  readonly object: MeshObject<Extract<Resource, { readonly kind: CompletedKind }>>;
  /** Each mapping on the way, under its path: `spec.http[].match[]`. */
  readonly around: ReadonlyMap<string, YamlMapping>;
  /** What the list holds beside the token. */
  readonly siblings: ReadonlySet<string>;
}

/** How a file's resources get their namespace: as `Membership` of an apply set says. */
export interface Namespaces {
  readonly namespace?: string;
  readonly defaultNamespace?: string;
}

/** @returns undefined outside of Istio's networking kinds, or where neither path nor kind can be told */
export function sceneOf(
  cursor: Cursor,
  file: { readonly path: string; readonly text: string } & Namespaces,
  reader: MeshReader,
  plane: Plane,
): Scene | undefined {
  const { steps } = cursor;
  const first = steps.findLastIndex((each) => 'key' in each && isCompleted(each.node));
  const root = steps[first]?.node;
  if (root?.kind !== 'mapping') return undefined;
  const resource = readResource(file.text, named(root), { broken: false, templated: false });
  if (!resource || !isOfKind(resource)) return undefined;
  const { at, around } = pathOf(steps.slice(first));
  const written = resource.namespace ? resource.namespace.value : file.defaultNamespace;
  const object = { resource, path: file.path, namespace: file.namespace ?? written, context: false };
  return { reader, plane, token: cursor.token, at, object, around, siblings: siblingsOf(steps.at(-1)) };
}

/** Whether this is the resource that is being typed, as it was when it was last read. */
export function isSelf({ object }: Scene, other: MeshObject): boolean {
  const { resource, path } = other;
  return (
    path === object.path && resource.kind === object.resource.kind && resource.name.value === object.resource.name.value
  );
}

/** The text of a key's value in a mapping; undefined where it is no scalar. */
export function textIn(mapping: YamlMapping | undefined, key: string): string | undefined {
  const value = mapping && valueAt(mapping, key);
  return value?.kind === 'scalar' && value.value !== null ? value.text : undefined;
}

/** The mapping that is the value of this key, or an item of its list: the nearest one around the token. */
export function aroundKey({ around }: Scene, key: string): YamlMapping | undefined {
  const ending = new RegExp(`(^|\\.)${key}(\\[\\])?$`);
  return [...around].findLast(([path]) => ending.test(path))?.[1];
}

/** The rule of a VirtualService that the token is in. */
export function ruleAround(scene: Scene): RouteRule | undefined {
  const { object } = scene;
  if (object.resource.kind !== 'VirtualService') return undefined;
  const block = /^spec\.(http|tls|tcp)\[\]/.exec(scene.at)?.[1];
  const node = block === undefined ? undefined : scene.around.get(`spec.${block}[]`);
  if (!node) return undefined;
  return rulesOf({ ...object, resource: object.resource }).find(
    (each) => each.block === block && each.range.start === node.range.start,
  );
}

function isCompleted(node: YamlNode): boolean {
  if (node.kind !== 'mapping') return false;
  const kind = textIn(node, 'kind');
  return (
    COMPLETED_KINDS.some((each) => each === kind) &&
    textIn(node, 'apiVersion')?.startsWith(`${ISTIO_NETWORKING_GROUP}/`) === true
  );
}

function isOfKind(resource: Resource): resource is Scene['object']['resource'] {
  return COMPLETED_KINDS.some((each) => each === resource.kind);
}

/** A resource needs a name and a spec to be read: while it has none, it gets empty ones. */
function named(root: YamlMapping): YamlMapping {
  const metadata = valueAt(root, 'metadata');
  const inner = metadata?.kind === 'mapping' ? metadata : mappingOf([]);
  const withName =
    textIn(inner, 'name') === undefined ? [...inner.entries, entry('name', scalarOf(''))] : inner.entries;
  const spec = valueAt(root, 'spec');
  return {
    ...root,
    entries: [
      ...root.entries.filter(({ key }) => key.text !== 'metadata' && key.text !== 'spec'),
      entry('metadata', { ...inner, entries: withName }),
      spec?.kind === 'mapping' ? (entryOf(root, 'spec') ?? entry('spec', spec)) : entry('spec', mappingOf([])),
    ],
  };
}

function pathOf(steps: readonly Step[]): Pick<Scene, 'at' | 'around'> {
  const around = new Map<string, YamlMapping>();
  let at = '';
  for (const step of steps) {
    if (step.node.kind === 'mapping') around.set(at, step.node);
    if ('index' in step) at += '[]';
    else if (step.key !== '') at += at === '' ? step.key : `.${step.key}`;
  }
  return { at, around };
}

function siblingsOf(last: Step | undefined): ReadonlySet<string> {
  if (last?.node.kind !== 'sequence') return new Set();
  return new Set(last.node.items.flatMap((each) => (each.kind === 'scalar' ? each.text : [])));
}

const NOWHERE = { start: 0, end: 0 };

function entry(key: string, value: YamlNode): YamlEntry {
  return { key: scalarOf(key), value };
}

function scalarOf(text: string): YamlScalar {
  return { kind: 'scalar', range: NOWHERE, text, value: text, style: 'double' };
}

function mappingOf(entries: readonly YamlEntry[]): YamlMapping {
  return { kind: 'mapping', range: NOWHERE, style: 'block', entries };
}

/** What a plan would write, gathered piece by piece. */
import type { Kind } from '../manifest/types.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { ApplySet } from '../workspace/types.ts';
import { parseDocuments } from '../yaml/documents.ts';
import type { YamlData, YamlEdit } from '../yaml/edits.ts';
import { valueAt } from '../yaml/entries.ts';
import type { Range, YamlMapping, YamlNode } from '../yaml/nodes.ts';
import { kindOf, type ResourceData } from './render.ts';
import { freeName } from './slug.ts';
import type { Conflict, Site } from './types.ts';

export class Draft {
  readonly conflicts: Conflict[] = [];
  readonly notes: string[] = [];
  readonly created: ResourceData[] = [];
  /** Edits by file, in the order in which they were asked for. */
  readonly edits = new Map<string, YamlEdit[]>();
  readonly #reused = new Map<MeshObject, boolean>();
  readonly #taken: ReadonlySet<string>;

  constructor(
    readonly site: Site,
    readonly set: ApplySet | undefined,
    readonly reader: MeshReader,
  ) {
    this.#taken = namesTaken(site, set);
  }

  /** Resources that carry a part of the route, with whether they are edited. */
  get reused(): ReadonlyMap<MeshObject, boolean> {
    return this.#reused;
  }

  /** Notes that a resource is used as it is. */
  use(object: MeshObject): void {
    if (!this.#reused.has(object)) this.#reused.set(object, false);
  }

  edit(object: MeshObject, edit: YamlEdit): void {
    this.#reused.set(object, true);
    const list = this.edits.get(object.path) ?? [];
    // The same thing may be asked for by two parts of a route.
    if (list.some((each) => JSON.stringify(each) === JSON.stringify(edit))) return;
    this.edits.set(object.path, [...list, edit]);
  }

  /** Writes a key of `spec`. */
  setSpec(object: MeshObject, key: string, value: YamlData): void {
    const spec = this.specOf(object);
    if (spec) this.edit(object, { kind: 'set-key', range: spec.range, key, value });
  }

  add(resource: ResourceData): void {
    this.created.push(resource);
  }

  /** The first free name for a new resource. */
  nameFor(kind: Kind, namespace: string, wanted: string): string {
    return freeName(
      wanted,
      (name) =>
        this.#taken.has(`${kind} ${namespace}/${name}`) ||
        this.created.some((each) => kindOf(each) === kind && each.namespace === namespace && each.name === name),
    );
  }

  /** Whether a resource can be edited: its text is at hand, and says what it seems to say. */
  isEditable(object: MeshObject): boolean {
    const { resource, path, context, namespace, implied } = object;
    // Where it will be is not known, so neither is what it would do.
    if (namespace === undefined || implied) return false;
    const file = this.site.files.get(path);
    if (context || resource.broken || resource.templated || isAmbiguous(object, this.reader)) return false;
    if (file?.contents.class !== 'read' || this.set?.members.get(path)?.role === 'seen') return false;
    return this.specOf(object) !== undefined;
  }

  /** The mapping under `spec`; undefined where there is none. */
  specOf(object: MeshObject): YamlMapping | undefined {
    const root = this.mappingAt(object.path, object.resource.range);
    const spec = root && valueAt(root, 'spec');
    return spec?.kind === 'mapping' ? spec : undefined;
  }

  /** The mapping at exactly this range of a file. */
  mappingAt(path: string, range: Range): YamlMapping | undefined {
    const text = this.site.text(path);
    if (text === undefined) return undefined;
    for (const { root } of parseDocuments(text).documents) {
      const found = root && mappingIn(root, range);
      if (found) return found;
    }
    return undefined;
  }
}

function mappingIn(node: YamlNode, range: Range): YamlMapping | undefined {
  if (node.range.start > range.start || node.range.end < range.end || node.kind === 'scalar') return undefined;
  if (node.kind === 'mapping' && node.range.start === range.start && node.range.end === range.end) return node;
  const inner = node.kind === 'sequence' ? node.items : node.entries.map(({ value }) => value);
  for (const each of inner) {
    const found = mappingIn(each, range);
    if (found) return found;
  }
  return undefined;
}

/** `Kind namespace/name` of everything in the workspace, whichever set it is in. */
function namesTaken({ files }: Site, set: ApplySet | undefined): ReadonlySet<string> {
  const result = new Set<string>();
  for (const { path, contents } of files.values()) {
    const membership = set?.members.get(path);
    for (const { kind, name, namespace } of contents.resources) {
      const written = namespace ? namespace.value : membership?.defaultNamespace;
      for (const each of [membership?.namespace, written]) result.add(`${kind} ${each ?? ''}/${name.value ?? ''}`);
    }
  }
  return result;
}

/** One object to a resource. */
import { entryOf } from '../yaml/entries.ts';
import type { YamlMapping } from '../yaml/nodes.ts';
import { fingerprint } from './fingerprint.ts';
import { readerOf } from './kinds.ts';
import { readIstioConfigMap, readIstioOperator } from './mesh-config.ts';
import { Notes, Obj } from './object.ts';
import { compact } from './optional.ts';
import type { Resource, ResourceBase, TypeMismatch } from './types.ts';

/** What is known of the document that an object is in. */
export interface DocumentState {
  readonly broken: boolean;
  readonly templated: boolean;
}

/**
 * Reads an object of a kind that is known.
 *
 * @returns undefined for other kinds, for patches, and for objects without a name or `spec`: nothing that would be applied
 */
export function readResource(text: string, node: YamlMapping, state: DocumentState): Resource | undefined {
  const notes = new Notes(text);
  const root = new Obj(notes, node);
  const apiVersion = scalar(node, 'apiVersion');
  const kind = scalar(node, 'kind');
  if (apiVersion === undefined || kind === undefined || entryOf(node, '$patch')) return undefined;
  const reader = readerOf(apiVersion, kind);
  const isMeshConfig =
    (kind === 'IstioOperator' && apiVersion.startsWith('install.istio.io/')) ||
    (kind === 'ConfigMap' && apiVersion === 'v1');
  if (!reader && !isMeshConfig) return undefined;
  const metadata = root.object('metadata');
  const name = metadata?.string('name') ?? (kind === 'IstioOperator' ? { value: kind, range: node.range } : undefined);
  if (!name) return undefined;
  const spec = root.object('spec');
  if (reader?.spec === 'needed' && !spec) return undefined;
  const base: ResourceBase = compact({
    apiVersion,
    range: node.range,
    kindRange: entryOf(node, 'kind')?.value.range ?? node.range,
    specRange: spec?.range,
    apiVersionRange: entryOf(node, 'apiVersion')?.value.range ?? node.range,
    name,
    namespace: metadata?.string('namespace'),
    fingerprint: fingerprint(node),
    labels: metadata?.texts('labels') ?? {},
    annotations: metadata?.texts('annotations') ?? {},
    broken: state.broken,
    templated: state.templated,
    mismatches: [],
  });
  const empty = new Obj(notes, { kind: 'mapping', range: node.range, style: 'block', entries: [] }, root, 'spec');
  const resource = reader
    ? reader.read(base, spec ?? empty, metadata)
    : kind === 'IstioOperator'
      ? readIstioOperator(base, spec)
      : readIstioConfigMap(base, root.object('data'));
  if (!resource) return undefined;
  // Known only after everything was read.
  return {
    ...resource,
    templated: state.templated || notes.templated,
    mismatches: reader?.checked === 'types' ? inTextOrder(notes.mismatches) : [],
  };
}

function inTextOrder(mismatches: TypeMismatch[]): readonly TypeMismatch[] {
  return mismatches.sort((a, b) => a.range.start - b.range.start);
}

function scalar(node: YamlMapping, key: string): string | undefined {
  const value = entryOf(node, key)?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
}

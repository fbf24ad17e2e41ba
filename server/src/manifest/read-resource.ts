/** One object to a resource. */
import { entryOf } from '../yaml/entries.ts';
import type { Range, YamlMapping } from '../yaml/nodes.ts';
import type { CleanShapes } from './clean-shapes.ts';
import { printsOf } from './fingerprint.ts';
import { readerOf } from './kinds.ts';
import { readIstioConfigMap, readIstioOperator } from './mesh-config.ts';
import { Notes, Obj } from './object.ts';
import { ownText } from './own-text.ts';
import { checkObject, FAULTLESS } from '../schema/check-object.ts';
import type { Judgement } from '../schema/problem.ts';
import type { Resource, ResourceBase } from './types.ts';

/** What is known of the document that an object is in. */
export interface DocumentState {
  readonly broken: boolean;
  readonly templated: boolean;
  /** Keys that are there again, as far as that is reported. */
  readonly repeated?: readonly Range[];
  /** What need not be looked at, and what was found to be so. */
  readonly clean?: CleanShapes | undefined;
}

/**
 * Reads an object of a kind that is known.
 *
 * @returns undefined for other kinds, for patches, and for objects without a name or `spec`: nothing that would be applied
 */
export function readResource(text: string, node: YamlMapping, state: DocumentState): Resource | undefined {
  const apiVersion = scalar(node, 'apiVersion');
  const kind = scalar(node, 'kind');
  if (apiVersion === undefined || kind === undefined || entryOf(node, '$patch')) return undefined;
  const reader = readerOf(apiVersion, kind);
  if (reader?.spec === 'needed' && !isFilled(node, 'spec')) return undefined;
  const metadata = entryOf(node, 'metadata')?.value;
  const isNamed = metadata?.kind === 'mapping' && isFilled(metadata, 'name');
  return isNamed || kind === 'IstioOperator' ? readObject(text, node, state) : undefined;
}

/** The same for an object as the API server is given it: also where it has no name or no `spec`. */
export function readObject(text: string, node: YamlMapping, state: DocumentState): Resource | undefined {
  const notes = new Notes(text);
  const root = new Obj(notes, node);
  const apiVersion = scalar(node, 'apiVersion') ?? '';
  const kind = scalar(node, 'kind') ?? '';
  const reader = readerOf(apiVersion, kind);
  const isMeshConfig =
    (kind === 'IstioOperator' && apiVersion.startsWith('install.istio.io/')) ||
    (kind === 'ConfigMap' && apiVersion === 'v1');
  if (!reader && !isMeshConfig) return undefined;
  const metadata = root.object('metadata');
  const name = metadata?.string('name') ?? { value: kind === 'IstioOperator' ? kind : '', range: node.range };
  const spec = root.object('spec');
  const prints = printsOf(node);
  // What a template makes of a document is not known, and of a broken one not what was meant.
  const isJudged = reader?.checked === 'schema' && !state.templated && !state.broken;
  const judgement = isJudged ? judge(text, node, reader.kind, prints.shape, state.clean) : FAULTLESS;
  // Every field, so that all have one shape: it is copied into each resource.
  const base: ResourceBase = {
    apiVersion: ownText(apiVersion),
    range: node.range,
    kindRange: entryOf(node, 'kind')?.value.range ?? node.range,
    specRange: spec?.range,
    apiVersionRange: entryOf(node, 'apiVersion')?.value.range ?? node.range,
    name,
    namespace: metadata?.string('namespace'),
    fingerprint: ownText(prints.fingerprint),
    labels: metadata?.texts('labels') ?? {},
    annotations: metadata?.texts('annotations') ?? {},
    broken: state.broken,
    templated: state.templated,
    repeats: repeatsKey(node, state),
    mismatches: judgement.mismatches,
    problems: judgement.problems,
  };
  const empty = new Obj(notes, { kind: 'mapping', range: node.range, style: 'block', entries: [] });
  const resource = reader
    ? reader.read(base, spec ?? empty, metadata)
    : kind === 'IstioOperator'
      ? readIstioOperator(base, spec)
      : readIstioConfigMap(base, root.object('data'));
  return resource && notes.templated && !state.templated ? { ...resource, templated: true } : resource;
}

function judge(
  text: string,
  node: YamlMapping,
  kind: string,
  shape: string | undefined,
  clean: CleanShapes | undefined,
): Judgement {
  if (shape !== undefined && clean?.has(shape)) return FAULTLESS;
  const judgement = checkObject(text, node, kind);
  if (judgement === FAULTLESS && shape !== undefined) clean?.add(shape);
  return judgement;
}

/** Whether a key of `spec`, or `spec` itself, is there again. */
function repeatsKey(node: YamlMapping, { repeated = [] }: DocumentState): true | undefined {
  const spec = repeated.length > 0 ? entryOf(node, 'spec') : undefined;
  if (!spec) return undefined;
  const { start, end } = { start: spec.key.range.start, end: spec.value.range.end };
  return repeated.some((each) => each.start >= start && each.end <= end) || undefined;
}

/** Whether a key has a value. */
function isFilled(node: YamlMapping, key: string): boolean {
  const value = entryOf(node, key)?.value;
  return value !== undefined && !(value.kind === 'scalar' && value.value === null);
}

function scalar(node: YamlMapping, key: string): string | undefined {
  const value = entryOf(node, key)?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
}

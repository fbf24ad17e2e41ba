/** One file's text to resources, assemblies and problems. */
import { parseDocuments, type ParsedText } from '../yaml/documents.ts';
import { entryOf } from '../yaml/entries.ts';
import type { YamlDocument, YamlMapping, YamlNode, YamlProblem } from '../yaml/nodes.ts';
import { readAssembly } from './assemblies.ts';
import { hasExpression, isExpectation, isPatch, isTemplate, isValues, kindsNamed } from './classify.ts';
import { type Assembly, EMPTY_CONTENTS, type FileClass, type FileContents, type Suppression } from './contents.ts';
import { mayBeOurs } from './kinds.ts';
import { Notes, Obj } from './object.ts';
import { type DocumentState, readResource } from './read-resource.ts';
import { baseName, relevanceOf } from './relevance.ts';
import { maySuppress, suppressionsIn } from './suppressions.ts';
import type { CleanShapes } from './clean-shapes.ts';
import type { Kind, Range, Resource } from './types.ts';

/** Files over this many characters are not parsed, and said so. */
export const SIZE_LIMIT = 5 * 1024 * 1024;

const OUR_GROUP = /^(networking\.istio\.io|gateway\.networking\.k8s\.io)\//;
/** At the root of a document, or of an item of a `List`; deeper it is something that another resource carries. */
const OUR_API_VERSION =
  /^(?:[ \t]{0,4}(?:- +)?|\s*\{.*)["']?apiVersion["']?[ \t]*:[ \t]*["']?(?:networking\.istio\.io|gateway\.networking\.k8s\.io)\//m;

/** A file as it was read, to be given back after the next keystroke. */
export interface ReadText {
  readonly parsed: ParsedText;
  readonly isTemplate: boolean;
  readonly documents: ReadonlyMap<YamlDocument, DocumentContents>;
}

/** What was read of one document. */
interface DocumentContents {
  readonly objects: readonly Found[];
  readonly resources: readonly Resource[];
  readonly assemblies: readonly Assembly[];
}

export interface ReadOptions {
  /** The same file as it was read last: documents that have not changed are not parsed again, and those that stand where they stood keep their resources. */
  readonly previous?: ReadText;
  /** In UTF-16 code units; `SIZE_LIMIT` unless given. */
  readonly limit?: number;
  /** What whoever reads many files remembers of those that it read. */
  readonly clean?: CleanShapes;
}

/**
 * Reads everything in a file that this project knows. Never throws: what cannot be read becomes a problem, or nothing where the file is
 * a template, a patch, or none of ours.
 *
 * @param path with forward slashes; its name tells charts, kustomizations and tests apart
 */
export function readContents(path: string, text: string, options: ReadOptions = {}): FileContents {
  return readParsed(path, text, options).contents;
}

/** The same, with what to give back as `previous` after the next keystroke. */
export function readParsed(
  path: string,
  text: string,
  { previous, limit = SIZE_LIMIT, clean }: ReadOptions = {},
): { readonly contents: FileContents; readonly read: ReadText | undefined } {
  if (relevanceOf(path, text) === 'no') return { contents: EMPTY_CONTENTS, read: undefined };
  if (text.length > limit) {
    return { contents: { ...EMPTY_CONTENTS, class: 'too-large', mayHold: kindsNamed(text) }, read: undefined };
  }
  const parsed = parseDocuments(text, previous?.parsed, mayBeOurs);
  const template = isTemplate(path, text);
  const known = previous?.isTemplate === template ? previous.documents : undefined;
  const documents = new Map(
    parsed.documents.map((each) => [
      each,
      known?.get(each) ?? readDocument(path, text, each, stateOf(text, each, template), clean),
    ]),
  );
  return { contents: contentsOf(path, text, documents, template), read: { parsed, isTemplate: template, documents } };
}

function readDocument(
  path: string,
  text: string,
  document: YamlDocument,
  known: DocumentState,
  clean: CleanShapes | undefined,
): DocumentContents {
  const { broken, templated } = known;
  const state = { broken, templated, repeated: repeatedIn(text, document, known), clean };
  const resources: Resource[] = [];
  const assemblies: Assembly[] = [];
  const objects = objectsIn(document.root, state);
  for (const { node, state: each } of objects) {
    const assembly = assemblyOf(path, text, node);
    if (assembly) assemblies.push(assembly);
    else {
      const resource = readResource(text, node, each);
      if (resource) resources.push(resource);
    }
  }
  return { objects, resources, assemblies };
}

function contentsOf(
  path: string,
  text: string,
  documents: ReadonlyMap<YamlDocument, DocumentContents>,
  template: boolean,
): FileContents {
  if (isExpectation(path)) return { ...EMPTY_CONTENTS, class: 'other' };
  const resources: Resource[] = [];
  const assemblies: Assembly[] = [];
  const problems: YamlProblem[] = [];
  const suppressions: Suppression[] = [];
  const suppresses = !template && maySuppress(text);
  const mayHold = new Set<Kind>(template ? kindsNamed(text) : []);
  for (const [document, read] of documents) {
    resources.push(...read.resources);
    assemblies.push(...read.assemblies);
    if (template) continue;
    const state = stateOf(text, document, template);
    if (state.broken) noteUnread(text, document, read.resources, mayHold);
    const reported = !state.templated && isOurs(text, document) ? document.problems : [];
    problems.push(...reported);
    if (suppresses && !state.templated && read.resources.length + reported.length > 0) {
      const nodes = read.objects.map(({ node }) => node);
      suppressions.push(...suppressionsIn(text, document, nodes, state.broken));
    }
  }
  const found = resources.length + assemblies.length + problems.length > 0;
  const patch = [...documents.keys()].some((each) => isPatch(each.root));
  const kind = classOf(path, { template, found, patch });
  return { class: kind, resources, assemblies, problems, mayHold: [...mayHold], suppressions };
}

/** A document that does not parse, and holds a template's expression, is a template whatever its file is. */
function stateOf(text: string, { range, problems }: YamlDocument, template: boolean): DocumentState {
  const broken = problems.some((each) => each.code !== 'duplicate-key');
  return { broken, templated: template || (broken && hasExpression(text.slice(range.start, range.end))) };
}

/** Keys that are there again, where that is reported. */
function repeatedIn(text: string, document: YamlDocument, { templated }: DocumentState): readonly Range[] {
  if (templated || !isOurs(text, document)) return [];
  return document.problems.flatMap(({ code, range }) => (code === 'duplicate-key' ? [range] : []));
}

interface Signs {
  readonly template: boolean;
  readonly found: boolean;
  readonly patch: boolean;
}

function classOf(path: string, { template, found, patch }: Signs): FileClass {
  if (template) return 'template';
  if (found) return 'read';
  if (patch) return 'patch';
  return isValues(path) ? 'values' : 'other';
}

interface Found {
  readonly node: YamlMapping;
  readonly state: DocumentState;
}

/** The objects of a document: itself, the items of a list, or the objects of an OpenShift template. */
function objectsIn(root: YamlNode | undefined, state: DocumentState): readonly Found[] {
  if (root?.kind !== 'mapping') return [];
  const kind = textOf(root, 'kind') ?? '';
  if (kind === 'List' || (kind.endsWith('List') && entryOf(root, 'items'))) return itemsOf(root, 'items', state);
  if (kind === 'Template' && textOf(root, 'apiVersion')?.startsWith('template.openshift.io/')) {
    return itemsOf(root, 'objects', { ...state, templated: true });
  }
  return [{ node: root, state }];
}

function itemsOf(root: YamlMapping, key: string, state: DocumentState): readonly Found[] {
  const items = entryOf(root, key)?.value;
  return items?.kind === 'sequence' ? items.items.flatMap((each) => objectsIn(each, state)) : [];
}

function assemblyOf(path: string, text: string, node: YamlMapping): Assembly | undefined {
  const object = new Obj(new Notes(text), node);
  return readAssembly(baseName(path), textOf(node, 'apiVersion') ?? '', textOf(node, 'kind') ?? '', object);
}

/** A document that does not parse may hold what it names; what was read of it counts as there. */
function noteUnread(text: string, document: YamlDocument, read: readonly Resource[], mayHold: Set<Kind>): void {
  for (const kind of kindsNamed(text.slice(document.range.start, document.range.end))) {
    if (!read.some((each) => each.kind === kind)) mayHold.add(kind);
  }
}

/** Whether problems of this document are for us to report: it is a resource of ours, or was meant to be one. */
function isOurs(text: string, { range, root, problems }: YamlDocument): boolean {
  if (problems.length === 0) return false;
  const written = root?.kind === 'mapping' ? textOf(root, 'apiVersion') : undefined;
  if (written !== undefined && written !== 'v1') return OUR_GROUP.test(written);
  return OUR_API_VERSION.test(text.slice(range.start, range.end));
}

function textOf(node: YamlMapping, key: string): string | undefined {
  const value = entryOf(node, key)?.value;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
}

/** What the API server and istiod's webhook say of one object. */
import { entryOf } from '../yaml/entries.ts';
import type { Range, YamlMapping, YamlNode } from '../yaml/nodes.ts';
import { isPlaceholder } from '../yaml/placeholders.ts';
import { SchemaCheck } from './check-schema.ts';
import { checkDestinationRule } from './destination-rule.ts';
import { checkEndpoint } from './endpoint.ts';
import { checkGateway } from './gateway.ts';
import { checkK8sGateway, checkK8sRoute } from './gateway-api.ts';
import { METADATA, RESERVED_ANNOTATIONS } from './metadata.ts';
import { quoted } from './names.ts';
import { Findings, type Judgement, type Problem, type ProblemCode } from './problem.ts';
import { type KindSchema, schemaOf } from './schema.ts';
import { checkServiceEntry } from './service-entry.ts';
import { checkSidecar } from './sidecar.ts';
import { meantBy } from './suggest.ts';
import { type Item, View } from './view.ts';
import { checkVirtualService } from './virtual-service.ts';

/** Nothing is wrong: nearly all objects share it. */
export const FAULTLESS: Judgement = { mismatches: [] };

const ROOT_FIELDS: readonly string[] = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

/**
 * Judges an object by itself. What depends on its namespace, or on other objects, is not looked at. Values that are not known are never
 * wrong.
 *
 * @param text of the file that the object is in
 * @param kind as the project calls it; of a kind that is not checked nothing is said
 */
export function checkObject(text: string, root: YamlMapping, kind: string): Judgement {
  const schema = schemaOf(kind);
  if (!schema) return FAULTLESS;
  const quick = judge(text, root, kind, schema, 'quick');
  if (quick.isClean) return FAULTLESS;
  const found = judge(text, root, kind, schema, 'careful');
  if (found.isClean) return FAULTLESS;
  const mismatches = found.mismatches.sort((a, b) => a.range.start - b.range.start);
  const problems = isOlder(root) ? found.problems.flatMap(asOfOlder) : found.problems;
  return { mismatches, problems: withoutEchoes(problems, mismatches) };
}

/** What the schema of a TLSRoute asks for since v1: one rule, and host names of a form. */
const NEWER: ReadonlySet<ProblemCode> = new Set(['value-out-of-range', 'host-invalid']);

function asOfOlder(problem: Problem): readonly Problem[] {
  if (NEWER.has(problem.code)) return [];
  if (problem.code !== 'field-required' || problem.text !== '`spec` has no `hostnames`.') return [problem];
  return [
    {
      ...problem,
      later: true,
      text: 'From v1alpha3 on a TLSRoute must have `hostnames`; without them it takes what its parent has. Write the names.',
    },
  ];
}

function isOlder(root: YamlMapping): boolean {
  const version = entryOf(root, 'apiVersion')?.value;
  return version?.kind === 'scalar' && version.text === 'gateway.networking.k8s.io/v1alpha2';
}

function judge(text: string, root: YamlMapping, kind: string, schema: KindSchema, mode: 'quick' | 'careful'): Findings {
  const metadata = mappingAt(root, 'metadata');
  const found = new Findings(text, mode === 'careful');
  const check = new SchemaCheck(found);
  checkRoot(found, check, root, schema);
  const spec = entryOf(root, 'spec');
  // The webhook is not asked about what it cannot read.
  if (spec?.value.kind !== 'mapping' && spec !== undefined) return found;
  const empty: YamlMapping = { kind: 'mapping', range: root.range, style: 'block', entries: [] };
  const place = spec?.key.range ?? entryOf(root, 'kind')?.value.range ?? root.range;
  const view = new View(found, spec?.value.kind === 'mapping' ? spec.value : empty, place);
  checkAnnotations(found, metadata);
  checkKind(view, kind, metadata, place);
  return found;
}

function checkRoot(found: Findings, check: SchemaCheck, root: YamlMapping, schema: KindSchema): void {
  for (const entry of root.entries) {
    switch (entry.key.text) {
      case 'spec':
        check.entry(entry, schema.spec);
        break;
      case 'metadata':
        check.entry(entry, METADATA);
        break;
      case 'apiVersion':
      case 'kind':
      case 'status':
        break;
      default:
        unknownAtRoot(found, root, entry.key);
    }
  }
  if (schema.needsSpec && !entryOf(root, 'spec')) {
    const range = entryOf(root, 'kind')?.value.range ?? root.range;
    found.error('field-required', 'schema', range, 'The object has no `spec`.');
  }
}

function unknownAtRoot(
  found: Findings,
  root: YamlMapping,
  { text, range }: { readonly text: string; readonly range: Range },
): void {
  if (found.careful && isPlaceholder(text)) return;
  const meant = meantBy(
    text,
    ROOT_FIELDS.filter((each) => !entryOf(root, each)),
  );
  const own = `${quoted(text)} is no field of an object.`;
  if (meant === undefined) found.error('field-unknown', 'schema', range, own);
  else {
    found.error('field-unknown', 'schema', range, `${own} Did you mean \`${meant}\`?`, {
      fixes: [{ title: `Rename to ${meant}`, preferred: true, repairs: [{ kind: 'rename', range, value: meant }] }],
    });
  }
}

function checkAnnotations(found: Findings, metadata: YamlMapping | undefined): void {
  const annotations = metadata && mappingAt(metadata, 'annotations');
  for (const { key } of annotations?.entries ?? []) {
    if (!RESERVED_ANNOTATIONS.has(key.text)) continue;
    found.error(
      'name-invalid',
      'webhook',
      key.range,
      `The annotation ${quoted(key.text)} is not for users here. Remove it.`,
    );
  }
}

function checkKind(spec: View, kind: string, metadata: YamlMapping | undefined, place: Range): void {
  switch (kind) {
    case 'VirtualService':
      checkVirtualService(spec);
      return;
    case 'Gateway':
      checkGateway(spec, nameOf(metadata, place));
      return;
    case 'ServiceEntry':
      checkServiceEntry(spec, textsOf(metadata && mappingAt(metadata, 'labels')));
      return;
    case 'DestinationRule':
      checkDestinationRule(spec);
      return;
    case 'Sidecar':
      checkSidecar(spec);
      return;
    case 'WorkloadEntry':
      checkEndpoint(spec, { addresses: 'any', ports: undefined });
      return;
    case 'K8sGateway':
      checkK8sGateway(spec);
      return;
    case 'HTTPRoute':
    case 'TLSRoute':
      checkK8sRoute(spec, kind);
      return;
    default:
      return;
  }
}

/** The name; none at all is empty, unless the API server makes one up. */
function nameOf(metadata: YamlMapping | undefined, place: Range): Item | undefined {
  const name = metadata && entryOf(metadata, 'name')?.value;
  if (name === undefined)
    return metadata && entryOf(metadata, 'generateName') ? undefined : { value: '', range: place };
  if (name.kind !== 'scalar' || typeof name.value !== 'string' || isPlaceholder(name.value)) return undefined;
  return { value: name.value, range: name.range };
}

function textsOf(map: YamlMapping | undefined): ReadonlyMap<string, string> {
  return new Map(
    (map?.entries ?? []).flatMap(({ key, value }) =>
      value.kind === 'scalar' && typeof value.value === 'string' ? [[key.text, value.value] as const] : [],
    ),
  );
}

function mappingAt(node: YamlMapping, key: string): YamlMapping | undefined {
  const value: YamlNode | undefined = entryOf(node, key)?.value;
  return value?.kind === 'mapping' ? value : undefined;
}

/** One cause is told once: of several problems at one token the first that keeps the object out, else the first. */
function withoutEchoes(problems: readonly Problem[], mismatches: Judgement['mismatches']): readonly Problem[] {
  const taken = mismatches.filter((each) => !each.dropped).map(({ range }) => range);
  const isTaken = ({ range }: Problem) => taken.some((each) => each.start < range.end && range.start < each.end);
  const kept: Problem[] = [];
  for (const level of ['error', 'warning'] as const) {
    for (const each of problems) {
      if (each.level !== level || isTaken(each)) continue;
      kept.push(each);
      taken.push(each.range);
    }
  }
  return kept.sort((a, b) => a.range.start - b.range.start);
}

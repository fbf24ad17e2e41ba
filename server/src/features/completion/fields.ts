/** Names of fields, and constants, as the schema of the kind lists them. */
import { type SchemaNode, schemaOf } from '../../schema/schema.ts';
import { type Candidate, type Offer, offer } from './candidate.ts';
import type { CompletedKind, Scene } from './scene.ts';

/** Fields that are not there yet: those that must be first, then by the alphabet. */
export function fieldNames({ object, at, around }: Scene): Offer {
  const node = nodeAt(object.resource.kind, at);
  const written = new Set(around.get(at)?.entries.map(({ key }) => key.text) ?? []);
  const names = [...(node?.fields ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  const candidates = names.map(([name, { type }]): Candidate => {
    const isRequired = node?.required.includes(name) === true;
    const what = type === 'array' ? 'list' : type;
    return {
      value: name,
      kind: 'field',
      detail: isRequired ? `${what}, required` : what,
      rank: isRequired ? 0 : 1,
      opens: type === 'object' || type === 'array',
    };
  });
  return offer(candidates, { without: written });
}

export function listedConstants({ object, at }: Scene): Offer {
  const constants = nodeAt(object.resource.kind, at)?.enum ?? [];
  return offer(constants.map((value): Candidate => ({ value, kind: 'constant', rank: 0 })));
}

/** Whether a mapping with fields of known names belongs at a path. */
export function takesFields(kind: CompletedKind, at: string): boolean {
  return nodeAt(kind, at)?.type === 'object';
}

/** @param at as in `Scene` */
function nodeAt(kind: CompletedKind, at: string): SchemaNode | undefined {
  const [root, ...steps] = at.replaceAll('[]', '.[]').split('.');
  if (root !== 'spec') return undefined;
  return steps.reduce<SchemaNode | undefined>(
    (node, step) => (step === '[]' ? node?.items : (node?.fields?.get(step) ?? node?.values)),
    schemaOf(kind)?.spec,
  );
}

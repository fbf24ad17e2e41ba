/** Completion: what may be written at a position of a file, best first, as text that goes into the place of what is there. */
import type { Mesh } from '../../mesh/mesh.ts';
import type { Tracer } from '../../trace/tracer.ts';
import { cursorAt, type Token } from '../../yaml/cursor.ts';
import type { Range } from '../../yaml/nodes.ts';
import { renderScalar } from '../../yaml/render.ts';
import type { Candidate, CandidateKind } from './candidate.ts';
import { type Described, describable } from './describe.ts';
import { takesFields } from './fields.ts';
import { CONSTANT, FIELD, type Place, placeAt } from './places.ts';
import { type Namespaces, type Scene, sceneOf } from './scene.ts';

export interface Completion {
  /** Best first. */
  readonly items: readonly CompletionChoice[];
  /** What a choice replaces. */
  readonly range: Range;
  /** There is more: to be asked for again when more is typed. */
  readonly incomplete: boolean;
}

export interface CompletionChoice {
  readonly label: string;
  readonly kind: CandidateKind;
  /** One line beside it. */
  readonly detail?: string;
  /** What goes into the place of the range. */
  readonly text: string;
  /** What the text in the range is compared with. */
  readonly filter: string;
  /** What `describe` tells more of. */
  readonly names?: Described;
}

/** A file as the editor has it, and the namespace that its set gives to what is in it. */
export interface CompletedFile extends Namespaces {
  readonly path: string;
  readonly text: string;
}

export interface CompletionOptions {
  /** `elsewhere`: another tool offers what schemas list, the names of fields and constants. */
  readonly schemas: 'here' | 'elsewhere';
  /** What was typed just now, where that alone is why the editor asks. */
  readonly trigger?: string;
}

const NOTHING: Completion = { items: [], range: { start: 0, end: 0 }, incomplete: false };

/**
 * Completes values of Istio's networking kinds. Never throws for any text.
 *
 * @param set the apply set that is looked things up in
 * @param offset in UTF-16 code units
 */
export function complete(
  set: { readonly mesh: Mesh; readonly tracer: Tracer },
  file: CompletedFile,
  offset: number,
  { schemas, trigger }: CompletionOptions,
): Completion {
  const cursor = cursorAt(file.text, offset);
  if (!cursor || /\s/.test(cursor.token.typed)) return NOTHING;
  // A blank at the beginning of a line is an indentation, not a question.
  if (trigger === ' ' && cursor.token.leads) return NOTHING;
  const reader = set.mesh.reader();
  const scene = sceneOf(cursor, file, reader, set.tracer.plane(reader));
  const found = scene && placeOf(scene);
  if (!found || (found.place.from === 'schema' && schemas === 'elsewhere')) return NOTHING;
  const { candidates, incomplete } = found.place.offer(scene);
  return {
    items: candidates.map((each) => choiceOf(each, scene.token, found)),
    range: scene.token.range,
    incomplete,
  };
}

interface FoundPlace {
  readonly place: Place;
  /** A list belongs here, and there is none yet. */
  readonly list: 'begun' | 'missing';
}

function placeOf({ object, at, token }: Scene): FoundPlace | undefined {
  const { kind } = object.resource;
  const own = placeAt(kind, at);
  const begun = (place: Place): FoundPlace => ({ place, list: 'begun' });
  // A lone word where fields belong is the beginning of the first one.
  const isKey = token.is === 'key' || (takesFields(kind, at) && (token.leads || at.endsWith('[]')));
  if (isKey) return own?.is === 'entry' ? (token.hasColon ? undefined : begun(own)) : begun(FIELD);
  if (own) return own.is === 'value' ? begun(own) : undefined;
  const items = placeAt(kind, `${at}[]`);
  return items ? { place: items, list: 'missing' } : begun(CONSTANT);
}

function choiceOf(candidate: Candidate, token: Token, { place, list }: FoundPlace): CompletionChoice {
  const { value, kind, names } = candidate;
  const detail = typeof candidate.detail === 'function' ? candidate.detail() : candidate.detail;
  const quote = token.style === 'single' ? "'" : token.style === 'double' ? '"' : '';
  const described = names && describable(names);
  return {
    label: String(value),
    kind,
    ...(detail === undefined || detail === '' ? {} : { detail }),
    text: place.is === 'value' ? textOf(value, token, list) : keyText(candidate, token, place),
    filter: `${quote}${value}`,
    ...(described ? { names: described } : {}),
  };
}

function keyText({ value, opens = false }: Candidate, token: Token, { is }: Place): string {
  const blank = token.lacks === 'blank' ? ' ' : '';
  if (is === 'entry') return `${blank}${value}`;
  const key = renderScalar(value, { quotes: token.style, within: token.within });
  if (token.hasColon) return `${blank}${key}`;
  return opens && token.within === 'block' ? `${blank}${key}:` : `${blank}${key}: `;
}

function textOf(value: Candidate['value'], token: Token, list: FoundPlace['list']): string {
  const isItem = list === 'missing' && token.leads && token.within === 'block';
  const isFlowList = list === 'missing' && !isItem;
  const within = isFlowList && token.within === 'block' ? 'flow' : token.within;
  const scalar = renderScalar(value, { quotes: token.style, within });
  const blank = token.lacks === 'blank' ? ' ' : '';
  if (isFlowList) return `${blank}[${scalar}]`;
  return isItem || token.lacks === 'dash' ? `- ${scalar}` : `${blank}${scalar}`;
}

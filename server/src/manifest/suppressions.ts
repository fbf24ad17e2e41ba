/** Comments that silence findings: `# istio-egress: ignore gateway-not-found, host-not-served -- reason`. */
import { commentsIn, type YamlComment } from '../yaml/comments.ts';
import { entryOf } from '../yaml/entries.ts';
import type { Range, YamlDocument, YamlMapping } from '../yaml/nodes.ts';
import type { Suppression } from './contents.ts';

/** What every such comment holds: texts without it need no look at their comments. */
const MARK = 'istio-egress:';
const IGNORE = /^#+[ \t]*istio-egress:[ \t]*ignore(?=[ \t]|$)/;

/** Beside, or above, one of these a comment is about the whole resource. */
const IDENTITY = ['apiVersion', 'kind', 'metadata'] as const;

export function maySuppress(text: string): boolean {
  return text.includes(MARK);
}

/**
 * The comments of a document that silence findings. Such a comment is about the line that it shares, or, alone on its line, about the next
 * one with content; at the head of the document about all of it; beside or above `apiVersion`, `kind` or `metadata` about the resource.
 *
 * @param objects the resources that the document holds
 * @param broken whether it does not parse
 */
export function suppressionsIn(
  text: string,
  { range }: YamlDocument,
  objects: readonly YamlMapping[],
  broken: boolean,
): readonly Suppression[] {
  const start = headOf(text, range.start);
  if (!text.slice(start, range.end).includes(MARK)) return [];
  return commentsIn(text, { start, end: range.end }).flatMap((comment): readonly Suppression[] => {
    const read = readComment(text, comment.range);
    if (!read) return [];
    const scope = isEmpty(text.slice(start, comment.range.start)) ? range : scopeOf(text, comment, objects);
    return [{ ...read, scope, broken }];
  });
}

/** A document begins with what stands on the line of its dashes; the first one with all that is before it. */
function headOf(text: string, start: number): number {
  const from = start > 0 && text.charAt(start - 1) === '\n' ? start - 1 : start;
  const line = from === 0 ? 0 : text.lastIndexOf('\n', from - 1) + 1;
  return isEmpty(text.slice(0, line)) ? 0 : line;
}

/** Whether every line holds nothing, a comment, a directive or the dashes of a document. */
function isEmpty(head: string): boolean {
  return /^\ufeff?(?:[ \t]*(?:(?:---[ \t]*)?(?:#.*)?|%.*)\r?\n)*[ \t]*(?:---[ \t]*)?$/.test(head);
}

function scopeOf(text: string, comment: YamlComment, objects: readonly YamlMapping[]): Range {
  const line = comment.alone ? nextLine(text, comment.range.end) : lineAt(text, comment.range.start);
  const isAbout = (object: YamlMapping) =>
    IDENTITY.some((key) => {
      const at = entryOf(object, key)?.key.range.start ?? -1;
      return line.start <= at && at <= line.end;
    });
  return objects.find(isAbout)?.range ?? line;
}

/** The next line that holds more than a comment; an empty range at the end of the text where there is none. */
function nextLine(text: string, from: number): Range {
  for (let at = text.indexOf('\n', from) + 1; at > 0; at = text.indexOf('\n', at) + 1) {
    const line = lineAt(text, at);
    const content = text.slice(line.start, line.end).trim();
    if (content !== '' && !content.startsWith('#')) return line;
  }
  return { start: text.length, end: text.length };
}

function lineAt(text: string, offset: number): Range {
  const end = text.indexOf('\n', offset);
  return { start: text.lastIndexOf('\n', offset - 1) + 1, end: end < 0 ? text.length : end };
}

function readComment(text: string, range: Range): Pick<Suppression, 'range' | 'codes' | 'reason'> | undefined {
  const written = text.slice(range.start, range.end);
  const ignore = IGNORE.exec(written);
  if (!ignore) return undefined;
  const rest = written.slice(ignore[0].length);
  const dashes = /[ \t]--(?:[ \t]|$)/.exec(rest);
  const list = dashes ? rest.slice(0, dashes.index) : rest;
  const reason = dashes ? rest.slice(dashes.index + 3).trim() : '';
  return { range, codes: codesIn(list, range.start + ignore[0].length), ...(reason === '' ? {} : { reason }) };
}

/** The first word between commas; more words are a reason whose dashes were forgotten. */
function codesIn(list: string, from: number): Suppression['codes'] {
  return [...list.matchAll(/[^,]+/g)].flatMap(({ 0: part, index }) => {
    const [code] = /\S+/.exec(part) ?? [];
    if (code === undefined) return [];
    const start = from + index + part.indexOf(code);
    return [{ code, range: { start, end: start + code.length } }];
  });
}

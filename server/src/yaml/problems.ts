/** The parser's complaints in our words, each on the place where the user must look. */
import type { YAMLError } from 'yaml';
import type { Range, YamlNode, YamlProblem } from './nodes.ts';

/**
 * Turns a parser's error into a problem.
 *
 * @param error its positions are relative to `start`
 * @param text the whole file
 * @param document the range of the document in the file
 * @param root what could be read of the document
 */
export function problemOf(error: YAMLError, text: string, document: Range, root: YamlNode | undefined): YamlProblem {
  const [from, to] = error.pos;
  const at = clamp(document.start + from, document);
  const end = Math.max(at, clamp(document.start + to, document));
  const unclosed = unclosedAt(error, text, at, root);
  if (unclosed !== undefined) {
    return { code: 'syntax', range: lineFrom(text, unclosed.range.start, document), message: unclosed.message };
  }
  const range = tokenAt(text, at, end, document);
  return {
    code: error.code === 'TAB_AS_INDENT' ? 'tab-indentation' : 'syntax',
    range,
    message: missingBlank(error, text.slice(range.start, range.end)) ?? messageOf(error),
  };
}

/** `name:http` and `-item` are plain text to YAML, which then misses a key. */
function missingBlank(error: YAMLError, token: string): string | undefined {
  if (error.code !== 'MISSING_CHAR' && error.code !== 'MULTILINE_IMPLICIT_KEY') return undefined;
  if (/^-[^\s-]/.test(token)) return 'A blank is missing after the dash.';
  return /^[\w./-]+:\S/.test(token) ? 'A blank is missing after the colon.' : undefined;
}

function messageOf(error: YAMLError): string {
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return 'YAML is indented with spaces, not with tabs.';
    case 'BAD_INDENT':
      return 'The indentation fits neither the lines above nor their parent.';
    case 'MULTILINE_IMPLICIT_KEY':
      return 'A key must stand on one line, followed by a colon: a colon is missing here or on the line above.';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'A second `key:` cannot follow on the same line; quote the value, or put it on a line of its own.';
    case 'BLOCK_IN_FLOW':
      return 'Inside braces or brackets, block style is not allowed; a closing brace or bracket is missing above.';
    case 'BAD_ALIAS':
    case 'ALIAS_PROPS':
      return 'This alias cannot be read; a value that begins with `*` needs quotes.';
    case 'BAD_SCALAR_START':
      return 'A plain value cannot begin with this character; quote it.';
    case 'BAD_DQ_ESCAPE':
      return 'This escape is not known in double quotes; double the backslash, or use single quotes.';
    case 'BAD_DIRECTIVE':
      return 'A line that begins with `%` is a YAML directive, and this one is not known.';
    case 'KEY_OVER_1024_CHARS':
      return 'A key may have 1024 characters at most.';
    case 'MULTIPLE_DOCS':
      return 'Something follows the end of the document; a `---` line is missing.';
    case 'MISSING_CHAR':
      return missingMessage(error.message);
    case 'MULTIPLE_ANCHORS':
    case 'MULTIPLE_TAGS':
    case 'BAD_PROP_ORDER':
    case 'TAG_RESOLVE_FAILED':
    case 'BAD_COLLECTION_TYPE':
      return 'The anchor or tag does not fit this value.';
    case 'RESOURCE_EXHAUSTION':
      return 'This document is nested too deeply to be read.';
    default:
      return 'This is not valid YAML here.';
  }
}

function missingMessage(original: string): string {
  if (original.startsWith('Missing closing')) return 'The closing quote is missing.';
  if (original.includes('map values')) return 'A key without a colon: `key: value` is expected here.';
  if (original.startsWith('Comments')) return 'A comment needs a blank before its `#`.';
  if (original.includes('Missing , ')) return 'A comma is missing before this.';
  if (original.includes('space after :')) return 'A blank is missing after the colon.';
  if (original.includes('- indicator')) return 'A list item must begin with `- `.';
  return 'Something is missing here.';
}

interface Unclosed {
  readonly range: Range;
  readonly message: string;
}

/** For a quote or bracket that is never closed, the parser points at the end; the user must look at the beginning. */
function unclosedAt(error: YAMLError, text: string, at: number, root: YamlNode | undefined): Unclosed | undefined {
  if (root === undefined) return undefined;
  if (error.message.startsWith('Missing closing')) {
    const quote = lastBefore(
      root,
      at,
      (node) => node.kind === 'scalar' && (node.style === 'single' || node.style === 'double'),
    );
    return quote && { range: quote.range, message: 'This quote is never closed.' };
  }
  if (!/must be sufficiently indented|and end with a/.test(error.message)) return undefined;
  const flow = lastBefore(
    root,
    at,
    (node) => node.kind !== 'scalar' && node.style === 'flow' && !isClosed(node, text.charAt(node.range.end - 1)),
  );
  return flow && { range: flow.range, message: 'This brace or bracket is never closed.' };
}

function isClosed(node: YamlNode, last: string): boolean {
  return last === (node.kind === 'mapping' ? '}' : ']');
}

/** The last node of this sort that begins before an offset. */
function lastBefore(root: YamlNode, at: number, wanted: (node: YamlNode) => boolean): YamlNode | undefined {
  let found: YamlNode | undefined;
  const visit = (node: YamlNode) => {
    if (node.range.start > at) return;
    if (wanted(node) && node.range.start >= (found?.range.start ?? 0)) found = node;
    if (node.kind === 'sequence') node.items.forEach(visit);
    if (node.kind === 'mapping') {
      for (const { key, value } of node.entries) {
        visit(key);
        visit(value);
      }
    }
  };
  visit(root);
  return found;
}

/** The error's own range, held to one line and never empty where there is text to point at. */
function tokenAt(text: string, from: number, to: number, document: Range): Range {
  let start = contentAfterIndentation(text, from, document);
  // An error at the end of a line, or after the last one, belongs to what is written before.
  while (start > document.start && (start >= document.end || /\s/.test(text.charAt(start)))) start--;
  if (start < from) return lineFrom(text, lineStart(text, start, document), document);
  const line = lineFrom(text, start, document);
  const end = to > start + 1 ? Math.min(to, line.end) : line.end;
  return { start, end: Math.max(start, end) };
}

/** An error in a line's indentation belongs to what the line says. */
function contentAfterIndentation(text: string, from: number, document: Range): number {
  const line = Math.max(document.start, text.lastIndexOf('\n', from - 1) + 1);
  if (text.slice(line, from).trim() !== '') return from;
  let start = from;
  while (start < document.end && (text.charAt(start) === ' ' || text.charAt(start) === '\t')) start++;
  return start < document.end && !/\s/.test(text.charAt(start)) ? start : from;
}

/** From an offset to the last visible character of its line. */
function lineFrom(text: string, start: number, document: Range): Range {
  const newline = text.indexOf('\n', start);
  let end = newline < 0 ? document.end : Math.min(newline, document.end);
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  return { start, end };
}

function lineStart(text: string, offset: number, document: Range): number {
  let start = Math.max(document.start, text.lastIndexOf('\n', offset - 1) + 1);
  while (start < offset && /\s/.test(text.charAt(start))) start++;
  return start;
}

function clamp(offset: number, document: Range): number {
  return Math.min(Math.max(offset, document.start), document.end);
}

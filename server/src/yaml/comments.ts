/** Comments of a stretch of YAML: what begins with a number sign and is no part of a scalar. */
import { CST, Lexer } from 'yaml';
import type { Range } from './nodes.ts';

export interface YamlComment {
  /** From the number sign to the end of the line. */
  readonly range: Range;
  /** Whether nothing but blanks stands before it on its line. */
  readonly alone: boolean;
}

/** Lexemes that stand for no text. */
const MARKS: ReadonlySet<string> = new Set(['scalar', 'doc-mode', 'flow-error-end']);

/**
 * The comments in `range` of `text`, in text order; of documents that do not parse too. A number sign in a quoted string, a block
 * scalar or a word begins none.
 *
 * @param range of whole documents: it begins at the start of a line, or right after a document's dashes
 */
export function commentsIn(text: string, { start, end }: Range): readonly YamlComment[] {
  const comments: YamlComment[] = [];
  let at = start;
  /** The lexer says before every scalar that one comes: what follows is its text. */
  let isScalar = false;
  for (const lexeme of new Lexer().lex(text.slice(start, end))) {
    const type: string | null = isScalar ? null : CST.tokenType(lexeme);
    isScalar = type === 'scalar';
    if (type !== null && MARKS.has(type)) continue;
    if (type === 'comment') {
      const source = lexeme.endsWith('\r') ? lexeme.slice(0, -1) : lexeme;
      comments.push({ range: { start: at, end: at + source.length }, alone: isAlone(text, at) });
    }
    at += lexeme.length;
  }
  return comments;
}

function isAlone(text: string, at: number): boolean {
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, at).trim() === '';
}

/** What the two lenient readers tell characters by. */

/** Stands for the cursor in a text that is read leniently: a character of the private use area. */
export const MARK = '\ue000';

export function isMark(text: string, at: number): boolean {
  return text.charAt(at) === MARK;
}

/** Whether a blank, a line break or the end of the text is here. */
export function isBlankOrEnd(text: string, at: number): boolean {
  const char = text.charAt(at);
  return char === '' || char === ' ' || char === '\t' || char === '\n' || char === '\r';
}

/** The end of a quoted scalar, after its closing quote; `end` where it is not closed before that. */
export function quotedEnd(text: string, start: number, end: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < end; at++) {
    const char = text.charAt(at);
    if (char === '\\' && quote === '"') at++;
    else if (char === quote && text.charAt(at + 1) === quote && quote === "'") at++;
    else if (char === quote) return at + 1;
  }
  return end;
}

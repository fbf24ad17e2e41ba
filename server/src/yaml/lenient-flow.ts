/** Lists and mappings in brackets, as far as they are typed. */
import { isBlankOrEnd, isMark, quotedEnd } from './lenient-text.ts';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence } from './nodes.ts';
import { resolvePlain } from './scalars.ts';

const DEPTH = 100;

/** Reads one value that begins with a bracket; what is not closed ends where the text given ends. */
export class FlowReader {
  readonly #text: string;
  readonly #end: number;
  #depth = 0;
  /** Where the reading has come to. */
  at = 0;

  constructor(text: string, end: number) {
    this.#text = text;
    this.#end = end;
  }

  read(at: number): YamlNode {
    this.at = at;
    return this.#node();
  }

  #node(): YamlNode {
    const first = this.#text.charAt(this.at);
    const isCollection = first === '[' || (first === '{' && !this.#text.startsWith('{{', this.at));
    if (!isCollection || this.#depth >= DEPTH) return this.#scalar();
    this.#depth++;
    const node = first === '[' ? this.#sequence() : this.#mapping();
    this.#depth--;
    return node;
  }

  #sequence(): YamlSequence {
    const start = this.at++;
    const items: YamlNode[] = [];
    while (this.#isInside(']')) {
      const before = this.at;
      const item = this.#node();
      if (this.#takesColon()) items.push(this.#pair(item));
      else if (this.at > before) items.push(item);
      this.#takeComma(before);
    }
    return { kind: 'sequence', range: { start, end: this.at }, style: 'flow', items };
  }

  #mapping(): YamlMapping {
    const start = this.at++;
    const entries: YamlEntry[] = [];
    while (this.#isInside('}')) {
      const before = this.at;
      const key = this.#scalar();
      const value = this.#takesColon() ? this.#value() : emptyAt(this.at);
      if (this.at > before) entries.push({ key, value });
      this.#takeComma(before);
    }
    return { kind: 'mapping', range: { start, end: this.at }, style: 'flow', entries };
  }

  #pair(key: YamlNode): YamlMapping {
    const scalar = key.kind === 'scalar' ? key : emptyAt(key.range.start);
    const value = this.#value();
    const range = { start: key.range.start, end: value.range.end };
    return { kind: 'mapping', range, style: 'flow', entries: [{ key: scalar, value }] };
  }

  #value(): YamlNode {
    this.#skip();
    return ',]}'.includes(this.#text.charAt(this.at)) || this.at >= this.#end ? emptyAt(this.at) : this.#node();
  }

  #scalar(): YamlScalar {
    const text = this.#text;
    const start = this.at;
    const quote = text.charAt(start);
    if (quote === '"' || quote === "'") {
      const line = text.indexOf('\n', start);
      const lineEnd = line < 0 || line > this.#end ? this.#end : line;
      let stop = quotedEnd(text, start, lineEnd);
      const closed = stop > start + 1 && text.charAt(stop - 1) === quote;
      // What is not closed yet ends with its item.
      if (!closed) for (stop = start + 1; stop < lineEnd && !',]}\r'.includes(text.charAt(stop)); ) stop++;
      const inside = text.slice(start + 1, closed ? stop - 1 : stop);
      this.at = stop;
      const style = quote === '"' ? 'double' : 'single';
      return { kind: 'scalar', range: { start, end: stop }, text: inside, value: inside, style };
    }
    let stop = start;
    if (text.startsWith('{{', start)) {
      const close = text.indexOf('}}', start);
      stop = close < 0 || close > this.#end ? this.#end : close + 2;
    }
    while (stop < this.#end && !this.#endsPlain(stop)) stop++;
    this.at = stop;
    while (stop > start && isBlankOrEnd(text, stop - 1)) stop--;
    const own = text.slice(start, stop);
    return { kind: 'scalar', range: { start, end: stop }, text: own, value: resolvePlain(own), style: 'plain' };
  }

  #endsPlain(at: number): boolean {
    const char = this.#text.charAt(at);
    if (',[]{}\n\r'.includes(char)) return true;
    if (char === '#') return isBlankOrEnd(this.#text, at - 1);
    return char === ':' && this.#isAfterKey(at + 1);
  }

  #isAfterKey(at: number): boolean {
    return isBlankOrEnd(this.#text, at) || isMark(this.#text, at) || ',]}'.includes(this.#text.charAt(at));
  }

  #takesColon(): boolean {
    this.#skip();
    if (this.at >= this.#end || this.#text.charAt(this.at) !== ':') return false;
    this.at++;
    return true;
  }

  /** Goes past what ends an item, and past whatever follows it that is no part of one. */
  #takeComma(before: number): void {
    this.#skip();
    const char = this.#text.charAt(this.at);
    if (char === ',') this.at++;
    else if (this.at === before && char !== ']' && char !== '}') this.at++;
  }

  /** Whether there is more before the closing bracket, which is taken. A bracket of the other kind closes, too. */
  #isInside(closing: string): boolean {
    this.#skip();
    if (this.at >= this.#end) return false;
    const char = this.#text.charAt(this.at);
    if (char !== ']' && char !== '}') return true;
    if (char === closing) this.at++;
    else if (this.#depth === 1) this.at++;
    return false;
  }

  /** Blanks, line breaks and comments. */
  #skip(): void {
    for (;;) {
      while (this.at < this.#end && isBlankOrEnd(this.#text, this.at)) this.at++;
      if (this.at >= this.#end || this.#text.charAt(this.at) !== '#' || !isBlankOrEnd(this.#text, this.at - 1)) return;
      const newline = this.#text.indexOf('\n', this.at);
      this.at = newline < 0 || newline > this.#end ? this.#end : newline;
    }
  }
}

function emptyAt(at: number): YamlScalar {
  return { kind: 'scalar', range: { start: at, end: at }, text: '', value: null, style: 'plain' };
}

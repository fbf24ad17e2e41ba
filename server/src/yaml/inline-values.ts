/** The values that stand on one line: short scalars, and lists and mappings of them in brackets. For the quick reader. */
import type { YamlEntry, YamlNode, YamlScalar } from './nodes.ts';
import { resolvePlain } from './scalars.ts';

/**
 * Reads a value that ends in its line.
 *
 * @param at its first character
 * @param end of its line
 * @returns the node, its range without what follows; undefined where it is unusual
 */
export function readInline(text: string, at: number, end: number): YamlNode | undefined {
  const first = text.charAt(at);
  if (first === '[' || first === '{') return new Flow(text, end).read(at);
  if (first === "'" || first === '"') return quoted(text, at, end);
  return plain(text, at, end);
}

/** Reads a plain scalar up to a comment or the end of the line. */
function plain(text: string, at: number, end: number): YamlScalar | undefined {
  if (!PLAIN_START.test(text.charAt(at)) && !isNegativeNumber(text, at)) return undefined;
  let stop = end;
  for (let i = at; i < end; i++) {
    const char = text.charCodeAt(i);
    if (isUnusual(char)) return undefined;
    // A colon before a blank begins a value, which cannot be here.
    if (char === 0x3a && (i + 1 === end || text.charCodeAt(i + 1) === 0x20)) return undefined;
    if (char === 0x23 && text.charCodeAt(i - 1) === 0x20) {
      stop = i;
      break;
    }
  }
  while (text.charCodeAt(stop - 1) === 0x20) stop--;
  return scalar(text, at, stop);
}

const PLAIN_START = /[\w./~$+^()\u00a1-\u2027\u202a-\ufefe]/;

function isNegativeNumber(text: string, at: number): boolean {
  const next = text.charCodeAt(at + 1);
  return text.charAt(at) === '-' && next >= 0x30 && next <= 0x39;
}

/** Quotes with nothing in them that needs unescaping. */
function quoted(text: string, at: number, end: number): YamlScalar | undefined {
  const quote = text.charCodeAt(at);
  for (let i = at + 1; i < end; i++) {
    const char = text.charCodeAt(i);
    if (isUnusual(char) || char === 0x5c) return undefined;
    if (char !== quote) continue;
    if (text.charCodeAt(i + 1) === quote) return undefined;
    const inside = text.slice(at + 1, i);
    const style = quote === 0x27 ? 'single' : 'double';
    return { kind: 'scalar', range: { start: at, end: i + 1 }, text: inside, value: inside, style };
  }
  return undefined;
}

function scalar(text: string, start: number, end: number): YamlScalar {
  const own = text.slice(start, end);
  return { kind: 'scalar', range: { start, end }, text: own, value: resolvePlain(own), style: 'plain' };
}

/** Control characters, other line ends, byte order marks: what the full parser decides on. */
export function isUnusual(char: number): boolean {
  return char < 0x20 || (char >= 0x7f && char <= 0xa0) || char === 0x2028 || char === 0x2029 || char === 0xfeff;
}

/** A letter, a digit or `_`: what the quick reader takes as the beginning of a key. */
export function isWord(char: number): boolean {
  return (
    (char >= 0x61 && char <= 0x7a) || (char >= 0x41 && char <= 0x5a) || (char >= 0x30 && char <= 0x39) || char === 0x5f
  );
}

/** Those and `.`, `/`, `-`: what it takes as the rest of a key. */
export function isKeyCharacter(char: number): boolean {
  return isWord(char) || (char >= 0x2d && char <= 0x2f);
}

const DEPTH = 20;

/** Lists and mappings in brackets. */
class Flow {
  #at = 0;
  #depth = 0;

  constructor(
    readonly text: string,
    readonly end: number,
  ) {}

  read(at: number): YamlNode | undefined {
    this.#at = at;
    return this.#node();
  }

  #node(): YamlNode | undefined {
    if (++this.#depth > DEPTH) return undefined;
    const node = this.#open();
    this.#depth--;
    return node;
  }

  #open(): YamlNode | undefined {
    const first = this.text.charAt(this.#at);
    if (first === '[') return this.#sequence();
    if (first === '{') return this.#mapping();
    const value = first === "'" || first === '"' ? quoted(this.text, this.#at, this.end) : this.#word();
    if (value) this.#at = value.range.end;
    return value;
  }

  #sequence(): YamlNode | undefined {
    const start = this.#at++;
    const items: YamlNode[] = [];
    for (let closed = this.#takes(']'); !closed; closed = this.#takes(']')) {
      if (items.length > 0 && !this.#takes(',')) return undefined;
      this.#skipBlanks();
      const item = this.#node();
      if (!item || !this.#isFollowedBy(']')) return undefined;
      items.push(item);
    }
    return { kind: 'sequence', range: { start, end: this.#at }, style: 'flow', items };
  }

  #mapping(): YamlNode | undefined {
    const start = this.#at++;
    const entries: YamlEntry[] = [];
    for (let closed = this.#takes('}'); !closed; closed = this.#takes('}')) {
      if (entries.length > 0 && !this.#takes(',')) return undefined;
      this.#skipBlanks();
      const key = this.#word();
      if (!key || entries.some((each) => each.key.text === key.text)) return undefined;
      this.#at = key.range.end;
      if (!this.text.startsWith(': ', this.#at)) return undefined;
      this.#at += 2;
      this.#skipBlanks();
      const value = this.#node();
      if (!value || !this.#isFollowedBy('}')) return undefined;
      entries.push({ key, value });
    }
    return { kind: 'mapping', range: { start, end: this.#at }, style: 'flow', entries };
  }

  /** A plain scalar of letters, digits and `_ . / -`. */
  #word(): YamlScalar | undefined {
    let stop = this.#at;
    // A dash may begin a list item, or a marker.
    if (!isKeyCharacter(this.text.charCodeAt(stop)) || this.text.charAt(stop) === '-') return undefined;
    while (stop < this.end && isKeyCharacter(this.text.charCodeAt(stop))) stop++;
    return scalar(this.text, this.#at, stop);
  }

  /** An item ends at a comma or the closing bracket, in the same line. */
  #isFollowedBy(closing: string): boolean {
    this.#skipBlanks();
    const next = this.text.charAt(this.#at);
    return this.#at < this.end && (next === ',' || next === closing);
  }

  #takes(char: string): boolean {
    this.#skipBlanks();
    if (this.#at >= this.end || this.text.charAt(this.#at) !== char) return false;
    this.#at++;
    return true;
  }

  #skipBlanks(): void {
    while (this.#at < this.end && this.text.charCodeAt(this.#at) === 0x20) this.#at++;
  }
}

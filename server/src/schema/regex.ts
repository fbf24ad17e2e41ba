/** Whether a text is a regular expression of RE2, as Go's `regexp/syntax` reads it. */

const REPEAT = /\{(\d+)(,(\d*))?\}/y;
/** More repetitions than that are refused, also where they are nested. */
const MOST = 1000;
const CLASS_NAMES = /\[:\^?(alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]/y;
const UNICODE_NAME = /\\[pP](?:\{\^?([A-Za-z_]+)\}|([A-Z]))/y;

/** What is wrong with it, as the end of a sentence; undefined where nothing is. */
export function regexProblem(text: string): string | undefined {
  try {
    new Reader(text).whole();
    return undefined;
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

class Unreadable extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;
  readonly #names = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  whole(): void {
    this.#alternatives(0);
    if (this.#at < this.#text.length) throw new Unreadable('closes a group that is not open');
  }

  /** Returns how often the most repeated part inside is repeated. */
  #alternatives(depth: number): number {
    if (depth > 1000) throw new Unreadable('is nested too deeply');
    let most = 1;
    do most = Math.max(most, this.#sequence(depth));
    while (this.#takes('|'));
    return most;
  }

  #sequence(depth: number): number {
    let most = 1;
    while (this.#at < this.#text.length && !'|)'.includes(this.#next)) {
      const repeated = this.#atom(depth);
      most = Math.max(most, this.#repeats(repeated));
    }
    return most;
  }

  get #next(): string {
    return this.#text.charAt(this.#at);
  }

  #takes(part: string): boolean {
    if (!this.#text.startsWith(part, this.#at)) return false;
    this.#at += part.length;
    return true;
  }

  #atom(depth: number): number {
    const char = this.#next;
    if ('*+?'.includes(char)) throw new Unreadable(`has nothing before \`${char}\` to repeat`);
    if (char === '{' && this.#count() !== undefined) throw new Unreadable('has nothing before `{` to repeat');
    if (char === '(') return this.#group(depth);
    if (char === '[') return this.#class();
    if (char === '\\') return this.#escape('outside');
    this.#at += (this.#text.codePointAt(this.#at) ?? 0) > 0xffff ? 2 : 1;
    return 1;
  }

  #repeats(inside: number): number {
    let times = 1;
    for (let count = 0; ; count++) {
      const range = this.#count();
      const star = range === undefined && this.#next !== '' && '*+?'.includes(this.#next);
      if (range === undefined && !star) return inside * times;
      if (count > 0) throw new Unreadable('repeats a repetition');
      if (range) {
        const [length, low, high] = range;
        if (low > MOST || high > MOST || (high >= 0 && low > high)) throw new Unreadable('repeats too often');
        this.#at += length;
        times = Math.max(low, high, 1);
        if (inside * times > MOST) throw new Unreadable('repeats too often');
      } else this.#at++;
      this.#takes('?');
    }
  }

  /** A repetition in braces; braces of another form are text. */
  #count(): readonly [length: number, low: number, high: number] | undefined {
    if (this.#next !== '{') return undefined;
    REPEAT.lastIndex = this.#at;
    const found = REPEAT.exec(this.#text);
    if (!found) return undefined;
    const [whole, low = '0', comma, high = ''] = found;
    const from = Number(low);
    return [whole.length, from, comma === undefined ? from : high === '' ? -1 : Number(high)];
  }

  #group(depth: number): number {
    this.#at++;
    if (this.#takes('?')) this.#groupHead();
    if (this.#text.charAt(this.#at - 1) === ')' && this.#closedByFlags) {
      this.#closedByFlags = false;
      return 1;
    }
    const most = this.#alternatives(depth + 1);
    if (!this.#takes(')')) throw new Unreadable('has a group that is not closed');
    return most;
  }

  #closedByFlags = false;

  #groupHead(): void {
    const name = /(?:P<|<)([^>]*)(>?)/y;
    name.lastIndex = this.#at;
    const found = /^(?:P<|<(?![=!]))/.test(this.#text.slice(this.#at)) ? name.exec(this.#text) : null;
    if (found) {
      const [whole, own = '', close] = found;
      if (close === '' || !/^\w+$/.test(own)) throw new Unreadable('has a group without a name');
      if (this.#names.has(own)) throw new Unreadable(`has two groups named \`${own}\``);
      this.#names.add(own);
      this.#at += whole.length;
      return;
    }
    const flags = /([imsU]*)(-[imsU]+)?([:)])/y;
    flags.lastIndex = this.#at;
    const set = flags.exec(this.#text);
    const [whole = '', , , end] = set ?? [];
    if (!set) {
      throw new Unreadable('looks ahead or behind, or has another form of group that RE2 does not know');
    }
    this.#at += whole.length;
    this.#closedByFlags = end === ')';
  }

  #class(): number {
    this.#at++;
    this.#takes('^');
    for (let first = true; first || this.#next !== ']'; first = false) {
      if (this.#at >= this.#text.length) throw new Unreadable('has a bracket that is not closed');
      if (this.#next === '[' && this.#text.charAt(this.#at + 1) === ':') {
        const close = this.#text.indexOf(':]', this.#at + 2);
        if (close >= 0) {
          CLASS_NAMES.lastIndex = this.#at;
          if (!CLASS_NAMES.test(this.#text)) throw new Unreadable('names a class that RE2 does not know');
          this.#at = CLASS_NAMES.lastIndex;
          continue;
        }
      }
      const low = this.#classCharacter();
      if (low === undefined || this.#next !== '-' || this.#text.charAt(this.#at + 1) === ']') continue;
      if (this.#at + 1 >= this.#text.length) continue;
      this.#at++;
      const high = this.#classCharacter();
      if (high === undefined || high < low) throw new Unreadable('has a range that runs backwards');
    }
    this.#at++;
    return 1;
  }

  /** The code point of one character of a class; undefined for an escape that stands for several. */
  #classCharacter(): number | undefined {
    if (this.#at >= this.#text.length) throw new Unreadable('has a bracket that is not closed');
    if (this.#next !== '\\') {
      const point = this.#text.codePointAt(this.#at) ?? 0;
      this.#at += point > 0xffff ? 2 : 1;
      return point;
    }
    const start = this.#at;
    this.#escape('class');
    const written = this.#text.slice(start + 1, this.#at);
    if (/^[dDsSwWpP]/.test(written)) return undefined;
    const special = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 }[written];
    if (special !== undefined) return special;
    if (written.startsWith('x')) return Number.parseInt(written.replaceAll(/[x{}]/g, ''), 16);
    return /^[0-7]/.test(written) ? Number.parseInt(written, 8) : (written.codePointAt(0) ?? 0);
  }

  #escape(place: 'outside' | 'class'): number {
    const rest = this.#text.slice(this.#at);
    if (place === 'outside' && rest.startsWith('\\Q')) {
      const end = this.#text.indexOf('\\E', this.#at + 2);
      this.#at = end < 0 ? this.#text.length : end + 2;
      return 1;
    }
    const known =
      /^\\[dDsSwW]/.exec(rest) ??
      (place === 'outside' ? /^\\[ABbCz]/.exec(rest) : null) ??
      /^\\(?:[aftnrv]|x[0-9a-fA-F]{2}|x\{[0-9a-fA-F]{1,6}\}|0[0-7]{0,2}|[1-7][0-7]{1,2}|[ -/:-@[-`{-~])/.exec(rest) ??
      this.#unicodeClass();
    if (!known)
      throw new Unreadable(
        rest === '\\' ? 'ends with a backslash' : `has \`${rest.slice(0, 2)}\`, which RE2 does not know`,
      );
    if (known[0] === '\\C') throw new Unreadable('has `\\C`, which is not supported');
    this.#at += known[0].length;
    return 1;
  }

  /** A class by the name of a category or a script. */
  #unicodeClass(): RegExpExecArray | null {
    UNICODE_NAME.lastIndex = this.#at;
    const found = UNICODE_NAME.exec(this.#text);
    const name = found?.[1] ?? found?.[2] ?? '';
    return name === 'Any' || isProperty(`gc=${name}`) || isProperty(`sc=${name}`) ? found : null;
  }
}

function isProperty(name: string): boolean {
  try {
    return new RegExp(`\\p{${name}}`, 'u').test('') !== undefined;
  } catch {
    return false;
  }
}

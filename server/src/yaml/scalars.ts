/** What a scalar means to Kubernetes: the resolution of go-yaml v2 (`sigs.k8s.io/yaml`, `goyaml.v2/resolve.go`). */
import type { ScalarValue } from './nodes.ts';

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...spellings(true, 'y', 'yes', 'true', 'on'),
  ...spellings(false, 'n', 'no', 'false', 'off'),
  ...spellings(null, 'null'),
  ['', null],
  ['~', null],
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...spellings(Number.POSITIVE_INFINITY, '.inf', '+.inf'),
  ...spellings(Number.NEGATIVE_INFINITY, '-.inf'),
]);

const INTEGER = /^[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[1-9][0-9]*|0)$/;
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/**
 * The value of a plain scalar: YAML 1.1 booleans, octal, hexadecimal and binary numbers, digits grouped by `_`. Base 60 numbers
 * and timestamps are strings.
 *
 * @param text the scalar's text, folded, without blanks around it
 */
export function resolvePlain(text: string): ScalarValue {
  if (!mayBeOther(text)) return text;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  return resolveNumber(text) ?? text;
}

/**
 * The value of a scalar with an explicit tag.
 *
 * @param tag as resolved by the parser, for example `tag:yaml.org,2002:str`
 */
export function resolveTagged(tag: string, text: string): ScalarValue {
  switch (tag) {
    case 'tag:yaml.org,2002:int':
    case 'tag:yaml.org,2002:float':
    case 'tag:yaml.org,2002:bool':
    case 'tag:yaml.org,2002:null':
      return resolvePlain(text);
    default:
      return text;
  }
}

/** Whether the first character allows anything but a string. */
function mayBeOther(text: string): boolean {
  const first = text.charCodeAt(0);
  if (Number.isNaN(first)) return true;
  if (first >= 0x30 && first <= 0x39) return true;
  return '+-.yYnNtTfFoO~'.includes(text.charAt(0)) && text.length <= 64;
}

function resolveNumber(text: string): number | undefined {
  const first = text.charAt(0);
  if (first !== '.' && first !== '+' && first !== '-' && !(first >= '0' && first <= '9')) return undefined;
  // Only integers and floats that begin with a digit may be grouped.
  const plain = first === '.' || !text.includes('_') ? text : text.replaceAll('_', '');
  if (INTEGER.test(plain)) return readInteger(plain);
  return FLOAT.test(plain) ? Number(plain) : undefined;
}

function readInteger(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  if (/^0[xX]/.test(digits)) return sign * Number.parseInt(digits.slice(2), 16);
  if (/^0[bB]/.test(digits)) return sign * Number.parseInt(digits.slice(2), 2);
  if (/^0[oO]?[0-7]/.test(digits)) return sign * Number.parseInt(digits.replace(/^0[oO]?/, ''), 8);
  return sign * Number(digits);
}

/** The three spellings that YAML 1.1 knows: lower case, capitalised, upper case. */
function spellings(value: ScalarValue, ...words: readonly string[]): (readonly [string, ScalarValue])[] {
  return words.flatMap((word) => [
    [word, value] as const,
    [word.replace(/[a-z]/, (first) => first.toUpperCase()), value] as const,
    [word.toUpperCase(), value] as const,
  ]);
}

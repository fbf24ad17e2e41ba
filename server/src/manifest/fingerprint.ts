/** Whether two resources say the same, and whether they are made alike. */
import type { YamlMapping, YamlNode, YamlScalar, YamlSequence } from '../yaml/nodes.ts';

export interface Prints {
  /**
   * A hash over what an object says, however it is written: style, comments and the order of keys do not count. Two 32-bit halves, so that
   * two different objects of one name in a workspace do not collide by chance.
   */
  readonly fingerprint: string;
  /**
   * The same over what any check of the object alone can look at: two objects of one shape differ only in names that no check tells apart,
   * and have equal names at the same places. Undefined where names may cover each other.
   */
  readonly shape: string | undefined;
}

/** Both hashes of an object, in one walk. */
export function printsOf(node: YamlMapping): Prints {
  const walk = new Walk();
  walk.root(node);
  const { a, b, c, d } = walk;
  return { fingerprint: written(a, b), shape: walk.isOpen ? undefined : written(c, d) };
}

function written(a: number, b: number): string {
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}

/** A full name of letters, digits and dashes; of the length of a label, so that no label is too long. */
const HOST = /^[a-z][-a-z0-9]*[a-z0-9](?:\.[a-z][-a-z0-9]*[a-z0-9])+$/;
const QUALIFIED = /^[a-z][-a-z0-9]*[a-z0-9]\/[a-z][-a-z0-9]*[a-z0-9]$/;
const LABEL = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const LENGTH = 63;

/** Of these values checks compare more than whether they are equal. */
const COMPARED = new Set(['exact', 'prefix', 'regex']);
/** Labels that istiod reads. */
const READ_LABELS = new Set(['networking.istio.io/enable-autoallocate-ip', 'istio.io/use-waypoint']);

const A = 0x811c9dc5 | 0;
const B = 0x9e3779b9 | 0;

/** What a mapping is: the object, its metadata, a map to text in that, or anything else. */
type Part = 'root' | 'metadata' | 'texts' | 'plain';

const PARTS: Readonly<Record<string, Part>> = {
  'root metadata': 'metadata',
  'metadata labels': 'texts',
  'metadata annotations': 'texts',
};

/** The hashes of the node that was visited last: of what it says (a, b), and of its shape (c, d). */
class Walk {
  a = 0;
  b = 0;
  c = 0;
  d = 0;
  /** Whether there is a wildcard, which may cover other names. */
  isOpen = false;
  readonly #names: string[] = [];

  root(node: YamlMapping): void {
    this.#mapping(node, 'root');
  }

  #node(key: string, node: YamlNode): void {
    if (node.kind === 'scalar') this.#scalar(key, node);
    else if (node.kind === 'mapping') this.#mapping(node, 'plain');
    else this.#sequence(key, node);
  }

  #scalar(key: string, { value }: YamlScalar): void {
    this.#text(String(value));
    const tag = value === null ? 1 : TAGS[typeof value as 'string' | 'number' | 'boolean'];
    this.a = mix(this.a, tag);
    this.b = mix(this.b, tag);
    this.c = this.a;
    this.d = this.b;
    if (typeof value !== 'string') return;
    if (value.length > 1 && value.includes('*')) this.isOpen = true;
    else if (value.length <= LENGTH && !COMPARED.has(key)) this.#name(key, value);
  }

  /** A name counts by its place among those of the object. */
  #name(key: string, value: string): void {
    const isHost = value.includes('.') && HOST.test(value);
    const tag = isHost ? 0x40057 : key === 'gateways' && QUALIFIED.test(value) ? 0x9a11f : 0;
    if (tag === 0) return;
    let index = this.#names.indexOf(value);
    if (index < 0) index = this.#names.push(value) - 1;
    this.#shape(tag + index);
  }

  #shape(value: number): void {
    this.c = mix(A, value);
    this.d = mix(B, value);
  }

  #sequence(key: string, node: YamlSequence): void {
    let a = mix(A, 0x5e9);
    let b = mix(B, 0x5e9);
    let c = a;
    let d = b;
    for (const item of node.items) {
      this.#node(key, item);
      a = mix(a, this.a);
      b = mix(b, this.b);
      c = mix(c, this.c);
      d = mix(d, this.d);
    }
    this.#set(a, b, c, d);
  }

  #mapping(node: YamlMapping, part: Part): void {
    // A sum does not depend on the order of keys. Of duplicate keys the last one counts, but the difference is not worth a set.
    let a = mix(A, 0x3a9);
    let b = mix(B, 0x3a9);
    let c = a;
    let d = b;
    for (const { key, value } of node.entries) {
      this.#text(key.text);
      const keyA = this.a;
      const keyB = this.b;
      if (part === 'plain') this.#node(key.text, value);
      else this.#outer(part, key.text, value);
      a = (a + mix(keyA, this.a)) | 0;
      b = (b + mix(keyB, this.b)) | 0;
      c = (c + mix(keyA, this.c)) | 0;
      d = (d + mix(keyB, this.d)) | 0;
    }
    this.#set(a, b, c, d);
  }

  /** Of the metadata, names and most labels are looked at for their form alone. */
  #outer(part: Part, key: string, value: YamlNode): void {
    if (value.kind === 'mapping') {
      this.#mapping(value, PARTS[`${part} ${key}`] ?? 'plain');
      return;
    }
    this.#node(key, value);
    if (part === 'root' || value.kind !== 'scalar' || typeof value.value !== 'string') return;
    if (part === 'texts') {
      if (!READ_LABELS.has(key)) this.#shape(0xf4ee);
    } else if (value.value.length <= LENGTH && LABEL.test(value.value)) this.#shape(0x1abe1);
  }

  #text(text: string): void {
    let a = A;
    let b = B;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x5bd1e995);
    }
    this.a = mix(a, text.length);
    this.b = mix(b, text.length);
  }

  #set(a: number, b: number, c: number, d: number): void {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }
}

const TAGS = { string: 2, number: 3, boolean: 4 } as const;

function mix(a: number, b: number): number {
  const product = Math.imul(a ^ b, 0x85ebca6b);
  return (product ^ (product >>> 13)) | 0;
}

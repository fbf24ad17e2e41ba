/** Whether two resources say the same. */
import type { YamlNode } from '../yaml/nodes.ts';

/**
 * A hash over what an object says, however it is written: style, comments and the order of keys do not count. Two 32-bit halves, so that
 * two different objects of one name in a workspace do not collide by chance.
 */
export function fingerprint(node: YamlNode): string {
  const a = hash(node, 0x811c9dc5);
  const b = hash(node, 0x9e3779b9);
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}

function hash(node: YamlNode, seed: number): number {
  switch (node.kind) {
    case 'scalar':
      return hashText(String(node.value), seed ^ typeTag(node.value));
    case 'sequence': {
      let result = mix(seed, 0x5e9);
      for (const item of node.items) result = mix(result, hash(item, seed));
      return result;
    }
    case 'mapping': {
      // A sum does not depend on the order of keys. Of duplicate keys the last one counts, but the difference is not worth a set.
      let sum = mix(seed, 0x3a9);
      for (const { key, value } of node.entries) sum = (sum + mix(hashText(key.text, seed), hash(value, seed))) | 0;
      return sum;
    }
  }
}

function hashText(text: string, seed: number): number {
  let result = seed;
  for (let i = 0; i < text.length; i++) result = Math.imul(result ^ text.charCodeAt(i), 0x01000193);
  return mix(result, text.length);
}

function mix(a: number, b: number): number {
  const product = Math.imul(a ^ b, 0x85ebca6b);
  return (product ^ (product >>> 13)) | 0;
}

function typeTag(value: string | number | boolean | null): number {
  if (value === null) return 1;
  return { string: 2, number: 3, boolean: 4 }[typeof value as 'string' | 'number' | 'boolean'];
}

/** Shows in tests what a reader made of a resource. */
import { expect } from 'vitest';
import { readContents } from '../../server/src/manifest/read-contents.ts';
import type { Range } from '../../server/src/manifest/types.ts';

interface Ranged {
  readonly range: Range;
}

/**
 * A resource as a reader of the YAML would say it: fields as their values where the range is exactly that of the value, else as value and
 * text; objects and lists without their ranges, which must lie within those of what holds them.
 */
function said(text: string, value: unknown, within: Range): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => said(text, each, within));
  const { range = within, ...rest } = value as Partial<Ranged> & Record<string, unknown>;
  if (range.start < within.start || range.end > within.end) return { outside: text.slice(range.start, range.end) };
  const written = text.slice(range.start, range.end);
  const keys = Object.keys(rest);
  if (keys.length === 1 && 'items' in rest) return said(text, rest.items, range);
  if (keys.length === 1 && 'value' in rest) {
    if (typeof rest.value === 'object') return said(text, rest.value, range);
    return written.replace(/^(["'])(.*)\1$/, '$2') === String(rest.value) ? rest.value : [rest.value, written];
  }
  return Object.fromEntries(keys.map((key) => [key, said(text, rest[key], range)]));
}

const BASE = [
  'apiVersion',
  'range',
  'kindRange',
  'specRange',
  'apiVersionRange',
  'name',
  'namespace',
  'fingerprint',
  'labels',
  'annotations',
];

/** What the reader of the text's one resource found, without what every kind has. */
export function readOne(text: string): unknown {
  const { resources, problems } = readContents('/w/a.yaml', text);
  expect(problems).toEqual([]);
  expect(resources).toHaveLength(1);
  return resources.map((resource) => {
    // What is wrong with a resource is not what is read of it.
    const { broken, templated, mismatches, problems: _, ...own } = resource;
    const kept = Object.entries(own).filter(([key]) => !BASE.includes(key));
    return said(text, Object.fromEntries(kept), resource.range);
  })[0];
}

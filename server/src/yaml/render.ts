/** Plain data as YAML text that Kubernetes reads as just that. */
import { stringify } from 'yaml';
import type { YamlData } from './edits.ts';
import type { YamlNode, YamlScalar } from './nodes.ts';
import { resolvePlain } from './scalars.ts';

/** How the text around an edit is written. */
export interface Style {
  /** Of strings. */
  readonly quotes: YamlScalar['style'];
  /** Where commas and brackets end a plain scalar. */
  readonly within: 'block' | 'flow' | 'json';
}

/** A scalar in the style that is asked for, or the nearest one that can hold it. */
export function renderScalar(value: string | number | boolean | null, { quotes, within }: Style): string {
  if (typeof value !== 'string') return value === null ? 'null' : String(value);
  if (within === 'json') return JSON.stringify(value);
  if (quotes === 'single' && !/[\n\r\t]/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  if (quotes === 'double') return JSON.stringify(value);
  return isPlainSafe(value, within) ? value : JSON.stringify(value);
}

/**
 * Data on its own lines where it is not a scalar and the style is block; else on one line.
 *
 * @param indent of the first line's column: the other lines begin there
 */
export function renderData(value: YamlData, style: Style, indent: string, newline: string): string {
  if (!isCollection(value)) return renderScalar(value as string | number | boolean | null, style);
  if (style.within !== 'block') return renderFlow(value, style);
  const text = stringify(value, { version: '1.1', lineWidth: 0, indent: 2, aliasDuplicateObjects: false }).trimEnd();
  return text.split('\n').join(newline + indent);
}

function renderFlow(value: YamlData, style: Style): string {
  if (Array.isArray(value)) return `[${value.map((each: YamlData) => renderFlow(each, style)).join(', ')}]`;
  if (!isCollection(value)) return renderScalar(value as string | number | boolean | null, style);
  const entries = Object.entries(value as Readonly<Record<string, YamlData>>);
  return `{${entries.map(([key, each]) => `${renderScalar(key, { ...style, quotes: 'plain' })}: ${renderFlow(each, style)}`).join(', ')}}`;
}

export function isCollection(value: YamlData): boolean {
  return typeof value === 'object' && value !== null;
}

/** The quoting of the siblings: of the last string among them. */
export function quotesOf(nodes: readonly YamlNode[]): YamlScalar['style'] {
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    if (node?.kind === 'scalar' && typeof node.value === 'string') return node.style === 'block' ? 'plain' : node.style;
  }
  return 'plain';
}

function isPlainSafe(value: string, within: Style['within']): boolean {
  if (value === '' || typeof resolvePlain(value) !== 'string') return false;
  if (/^[\s,[\]{}#&*!|>'"%@`]|^[-?:](\s|$)|\s$|[\n\r\t]|:\s|\s#|:$|^(---|\.\.\.)/.test(value)) return false;
  return within !== 'flow' || !/[,[\]{}]|^[-?:]/.test(value);
}

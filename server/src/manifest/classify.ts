/** What a file is that talks of our kinds: manifests, a template, or something else. */
import { entryOf } from '../yaml/entries.ts';
import type { YamlNode } from '../yaml/nodes.ts';
import { kindsCalled, readerOf } from './kinds.ts';
import { baseName } from './relevance.ts';
import type { Kind } from './types.ts';

/** What only a Helm template has: control structures that may span documents, and its values. */
const GO_TEMPLATE =
  /\{\{-?\s*(\/\*|\.(Values|Release|Chart|Capabilities|Files|Template)\b|(if|else|end|range|with|include|template|define|block|toYaml|tpl)\b)/;
const OTHER_TEMPLATE = /^[ \t]*(?:%\{|#@)|<%[-=]?\s|\{%-?\s/m;
/** What a line with a template's expression holds that YAML does not read. */
const EXPRESSION =
  /\{\{|\{[A-Z][A-Z0-9_]*\}|\{\w+\}[.\w{-]|<%|%\{|\{%|\(\(|(^|[\s"'/])[%@][A-Za-z_][A-Za-z0-9_.]*[%@]/m;
/** kuttl's expectations: objects as the cluster should show them, not as they are applied. */
const EXPECTATION = /^\d+-(assert|errors?)(-.*)?\.ya?ml$|^assert(-.*)?\.ya?ml$|-assert\.ya?ml$/;

/** Whether the text is a template: it need not parse, and what it holds is not known. */
export function isTemplate(path: string, text: string): boolean {
  if (/\.(tmpl|tpl|gotmpl)$/.test(path)) return true;
  if (!/\{\{|%\{|#@|<%|\{%/.test(text)) return false;
  const inChart = path.includes('/templates/') && text.includes('{{');
  return inChart || GO_TEMPLATE.test(text) || OTHER_TEMPLATE.test(text);
}

/** Whether a document that does not parse does so because a template's expression is in it. */
export function hasExpression(slice: string): boolean {
  return EXPRESSION.test(slice);
}

/** Whether the file describes what a test expects. */
export function isExpectation(path: string): boolean {
  return EXPECTATION.test(baseName(path));
}

/** Whether a document changes resources that are elsewhere: a list of JSON patch operations, or a part of an object of our kinds. */
export function isPatch(root: YamlNode | undefined): boolean {
  if (root?.kind === 'sequence') {
    const [first] = root.items;
    return first?.kind === 'mapping' && entryOf(first, 'op') !== undefined && entryOf(first, 'path') !== undefined;
  }
  if (root?.kind !== 'mapping') return false;
  const apiVersion = entryOf(root, 'apiVersion')?.value;
  const kind = entryOf(root, 'kind')?.value;
  if (apiVersion?.kind !== 'scalar' || kind?.kind !== 'scalar') return false;
  if (readerOf(apiVersion.text, kind.text)?.spec !== 'needed') return false;
  return entryOf(root, '$patch') !== undefined || entryOf(root, 'spec') === undefined;
}

/** Whether the file holds values for a chart. */
export function isValues(path: string): boolean {
  return /^values([-_.].*)?\.ya?ml$|[-_.]values\.ya?ml$/.test(baseName(path));
}

/** The kinds that a text names under `kind`, ours only. */
export function kindsNamed(text: string): readonly Kind[] {
  const found = new Set<Kind>();
  for (const [, written = ''] of text.matchAll(/(?:^|[\s,{])["']?kind["']?\s*:\s*["']?([A-Z]\w+)/g)) {
    for (const kind of kindsCalled(written)) found.add(kind);
  }
  return [...found];
}

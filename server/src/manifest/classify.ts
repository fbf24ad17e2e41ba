/** What a file is that talks of our kinds: manifests, a template, or something else. */
import { baseName } from './relevance.ts';
import { kindsCalled } from './kinds.ts';
import type { Kind } from './types.ts';

const GO_TEMPLATE =
  /\{\{-?\s*(\.|\$|\/\*|(if|else|end|range|with|include|template|define|block|toYaml|tpl|printf|required|default|quote|lookup|fail|print|nindent|indent|and|or|not|eq|ne)\b)|-?\}\}\s*$/m;
const OTHER_TEMPLATE = /^\s*%\{|<%[-=]?|^\s*#@|\{%-?\s/m;
/** kuttl's expectations: objects as the cluster should show them, not as they are applied. */
const EXPECTATION = /^(\d+-)?(assert|errors?)(-.*)?\.ya?ml$|-(assert|errors?)\.ya?ml$/;

/** Whether the text is a template: it need not parse, and what it holds is not known. */
export function isTemplate(path: string, text: string): boolean {
  if (/\.(tmpl|tpl|gotmpl)$/.test(path)) return true;
  if (!/[{<%#]/.test(text)) return false;
  return (text.includes('{{') && GO_TEMPLATE.test(text)) || OTHER_TEMPLATE.test(text);
}

/** Whether the file describes what a test expects. */
export function isExpectation(path: string): boolean {
  return EXPECTATION.test(baseName(path));
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

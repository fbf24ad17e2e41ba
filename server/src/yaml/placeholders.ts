/** Values that a tool will put in later: Helm, ytt, envsubst, Terraform, or a hand. */

import type { YamlNode } from './nodes.ts';

/** Forms that are unusual in any text, regular expressions too. */
const IN_ANY_TEXT = /\{\{|\$\{/;
/** Forms that are only unusual in a name, host, address or constant: `$(HOST)`, `<namespace>`, `{host}`, `__HOST__`, `%HOST%`, `$IP`, `((host))`, `###HOST###`. */
const IN_A_WORD =
  /\$\(|%\{|<%|\(\(|(?<!\(\?P?)<[^<>]+>|\{[A-Za-z_][\w.-]*\}|__[A-Za-z0-9_]+__|%[A-Za-z0-9_]+%|\$[A-Za-z_]|@[A-Z][A-Z0-9_]*@|#{2,}[A-Za-z_][\w.-]*#{2,}|(?<![a-z])(?:replace|change)[-_ ]?me(?![a-z])/i;
/** `SERVICE_URL`, `x.x.x.x`: what names cannot look like, and constants can. */
const IN_A_NAME = /(^|[./@-])[A-Z][A-Z0-9]*(_[A-Z0-9]+)+($|[./:-])|(^|[./])(x{1,3}\.){3}x{1,3}($|[./:])/;

/** Whether a text of any kind holds a template's expression. */
export function isTemplated(text: string): boolean {
  return IN_ANY_TEXT.test(text);
}

/** Whether one of a field's constants (`TLS_SIMPLE`, `MESH_EXTERNAL`) is a placeholder. */
export function isPlaceholderWord(text: string): boolean {
  return isTemplated(text) || IN_A_WORD.test(text);
}

/** Whether a name, host, address or the like holds a placeholder. */
export function isPlaceholder(text: string): boolean {
  return !PLAIN_NAME.test(text) && (isPlaceholderWord(text) || (IN_A_NAME.test(text) && !CONSTANT.test(text)));
}

/** Istio's own constants: where a name should be they are a mistake. */
const CONSTANT =
  /^(?:MESH_(?:IN|EX)TERNAL|DNS_ROUND_ROBIN|DYNAMIC_DNS|AUTO_PASSTHROUGH|(?:ISTIO|OPTIONAL)_MUTUAL|TLS_AUTO|TLSV1_[0-3]|REGISTRY_ONLY|ALLOW_ANY|ROUND_ROBIN|LEAST_(?:CONN|REQUEST)|DO_NOT_UPGRADE|HTTP_PROXY)$/;

/** Most names, told at once: lower case, digits and dashes, without dots. */
const PLAIN_NAME = /^(?!.*(replace|change))[a-z0-9-]*$/;

/** What a flow mapping is that stands for a value: `{{ .host }}` without quotes, and `{HOST}`. */
const BRACES = /^\{(?:\{|\s*[A-Za-z_][\w.-]*\s*\})/;

/**
 * Whether a node is a placeholder in braces, which YAML reads as a mapping.
 *
 * @param text of the file that the node is in
 */
export function isPlaceholderMap(node: YamlNode, text: string): boolean {
  if (node.kind !== 'mapping' || node.style !== 'flow') return false;
  return BRACES.test(text.slice(node.range.start, node.range.start + 60));
}

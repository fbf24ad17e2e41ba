/** Values that a tool will put in later: Helm, ytt, envsubst, Terraform, or a hand. */

/** Forms that are unusual in any text, regular expressions too. */
const IN_ANY_TEXT = /\{\{|\$\{/;
/** Forms that are only unusual in a name, host, address or constant: `$(HOST)`, `<namespace>`, `__HOST__`, `%HOST%`, `$IP`, `((host))`. */
const IN_A_WORD =
  /\$\(|%\{|<%|\(\(|<[^<>]+>|__[A-Za-z0-9_]+__|%[A-Za-z0-9_]+%|\$[A-Za-z_]|@[A-Z][A-Z0-9_]*@|(?<![a-z])(?:replace|change)[-_ ]?me(?![a-z])/i;
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
  return !PLAIN_NAME.test(text) && (isPlaceholderWord(text) || IN_A_NAME.test(text));
}

/** Most names, told at once: lower case, digits and dashes, without dots. */
const PLAIN_NAME = /^(?!.*(replace|change))[a-z0-9-]*$/;

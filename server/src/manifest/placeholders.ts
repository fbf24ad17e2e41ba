/** Values that a tool will put in later: Helm, ytt, envsubst, Terraform, or a hand. */

/** Forms that no tool leaves alone, wherever they stand. */
const TEMPLATED = /\{\{|\$\{|\$\(|%\{|<%|\(\(\s*[a-z]/;
/** Forms that are only unusual in a name, host, address or port: `<namespace>`, `__HOST__`, `%HOST%`, `$IP`, `SERVICE_URL`, `x.x.x.x`. */
const IN_A_NAME =
  /<[^<>]+>|__[A-Za-z0-9_]+__|%[A-Za-z0-9_]+%|\$[A-Za-z_]|@[A-Z][A-Z0-9_]*@|^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|(^|\.)x\.x\.x\.x(\.|$)/;

/** Whether a text of any kind holds a template's expression. */
export function isTemplated(text: string): boolean {
  return TEMPLATED.test(text);
}

/** Whether a name, host, address or the like holds a placeholder. */
export function isPlaceholder(text: string): boolean {
  return TEMPLATED.test(text) || IN_A_NAME.test(text);
}

/**
 * The form of names, hosts and ports (`pkg/config/labels/instance.go`, `pkg/config/validation/agent/validation.go`). Each function returns what is
 * wrong as the end of a sentence that begins with the name, or undefined where nothing is.
 */

const LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const WILDCARD_LABEL = /^(?:\*|(?:\*-?)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;

export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && LABEL.test(text);
}

/** A full name: one label is enough, a dot at the end is allowed. */
export function fqdnProblem(domain: string): string | undefined {
  return lengthProblem(domain) ?? labelsProblem(domain);
}

/** As a full name, but the first label may be or begin with `*`. */
export function wildcardDomainProblem(domain: string): string | undefined {
  const wrong = lengthProblem(domain);
  if (wrong) return wrong;
  const dot = domain.indexOf('.');
  const first = dot < 0 ? domain : domain.slice(0, dot);
  if (first.length > 63 || !WILDCARD_LABEL.test(first)) return badLabel(first);
  return dot < 0 ? undefined : labelsProblem(domain.slice(dot + 1));
}

/** At gateways a server name may also be that of a cluster: `outbound_.PORT_.SUBSET_.HOST`. */
export function gatewayDomainProblem(domain: string): string | undefined {
  if (!domain.startsWith('outbound_')) return wildcardDomainProblem(domain);
  const wrong = lengthProblem(domain);
  if (wrong) return wrong;
  const [, port = '', , host = ''] = domain.split('_');
  return /[0-9]/.test(port) && /[a-zA-Z]/.test(host) ? undefined : 'is not of the form `outbound_.PORT_._.HOST`';
}

function lengthProblem(domain: string): string | undefined {
  if (domain.length > 255) return 'is longer than 255 characters';
  return domain === '' ? 'is empty' : undefined;
}

function labelsProblem(domain: string): string | undefined {
  const last = domain.slice(domain.lastIndexOf('.') + 1);
  if (/^[+-]?\d+$/.test(last)) return `ends with the number \`${short(last)}\``;
  const parts = domain.split('.');
  const bad = parts.find((part, i) => !isDnsLabel(part) && !(part === '' && i === parts.length - 1));
  return bad === undefined ? undefined : badLabel(bad);
}

function badLabel(label: string): string {
  if (label === '') return 'has an empty label';
  return `has the label \`${short(label)}\`; a label is letters, digits and dashes inside`;
}

/** A wildcard is `*`, or `*.` before a domain. */
export function isPartialWildcard(host: string): boolean {
  return host.length > 1 && host.includes('*') && !host.startsWith('*.');
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65535;
}

const LABEL_VALUE = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const LABEL_NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** Whether a text is the key of a label (`validateTagKey`). */
export function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/');
  const name = key.slice(slash + 1);
  const prefix = key.slice(0, Math.max(slash, 0));
  if (slash >= 0 && (prefix.length > 253 || !prefix.split('.').every((each) => LABEL.test(each)))) return false;
  return name.length <= 63 && LABEL_NAME.test(name);
}

/** Whether a text is the value of a label. Istio does not look at its length. */
export function isLabelValue(value: string): boolean {
  return LABEL_VALUE.test(value);
}

/** Cut to what fits into a message. */
export function short(text: string, limit = 40): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

/** A name as written, cut to what fits into a message. */
export function quoted(text: string, limit = 40): string {
  return `\`${short(text, limit)}\``;
}

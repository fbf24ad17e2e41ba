/** Syntax of names, hosts and ports (`pkg/config/labels/instance.go`, `pkg/config/validation/agent/validation.go`). Each returns what is wrong. */

const LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const WILDCARD_LABEL = /^(?:\*|(?:\*-?)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;

export function isDnsLabel(text: string): boolean {
  return text.length <= 63 && LABEL.test(text);
}

/** One label is enough; a dot at the end is allowed. */
export function fqdnProblem(domain: string): string | undefined {
  return lengthProblem(domain) ?? labelsProblem(domain);
}

/** As a full name, but the first label may be or begin with `*`. */
export function wildcardDomainProblem(domain: string): string | undefined {
  const wrong = lengthProblem(domain);
  if (wrong) return wrong;
  const dot = domain.indexOf('.');
  const first = dot < 0 ? domain : domain.slice(0, dot);
  if (first.length > 63 || !WILDCARD_LABEL.test(first))
    return `domain name "${domain}" invalid (label "${first}" invalid)`;
  return dot < 0 ? undefined : labelsProblem(domain.slice(dot + 1));
}

/** At gateways a server name may also be that of a cluster: `outbound_.PORT_.SUBSET_.HOST`. */
export function gatewayDomainProblem(domain: string): string | undefined {
  if (!domain.startsWith('outbound_')) return wildcardDomainProblem(domain);
  const wrong = lengthProblem(domain);
  if (wrong) return wrong;
  const parts = domain.split('_');
  if (parts.length < 4) return `domain name ${domain} invalid, should follow 'outbound_.<PORT>_._.<HOSTNAME>' format`;
  const [, port = '', , host = ''] = parts;
  if (!/[0-9].*/.test(port) || !/[a-zA-Z].*/.test(parts.slice(3).join('_') || host))
    return `domain name "${domain}" invalid. should follow outbound_.<PORT>_._.<HOSTNAME> format`;
  return undefined;
}

function lengthProblem(domain: string): string | undefined {
  if (domain.length > 255) return `domain name "${domain}" too long (max 255)`;
  return domain === '' ? 'empty domain name not allowed' : undefined;
}

function labelsProblem(domain: string): string | undefined {
  const parts = domain.split('.');
  const last = parts.at(-1) ?? '';
  if (/^[+-]?\d+$/.test(last))
    return `domain name "${domain}" invalid (top level domain "${last}" cannot be all-numeric)`;
  const bad = parts.find((part, i) => !(part === '' && i === parts.length - 1) && !isDnsLabel(part));
  return bad === undefined ? undefined : `domain name "${domain}" invalid (label "${bad}" invalid)`;
}

export function partialWildcardProblem(host: string): string | undefined {
  return host.includes('*') && host.length > 1 && !host.startsWith('*.')
    ? `partial wildcard "${host}" not allowed`
    : undefined;
}

export function portProblem(port: number): string | undefined {
  return Number.isInteger(port) && port >= 1 && port <= 65535
    ? undefined
    : `port number ${port} must be in the range 1..65535`;
}

const LABEL_VALUE = /^(?:(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const LABEL_NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

/** `labels.Instance.Validate`. */
export function labelsProblemIn(labels: Readonly<Record<string, string>>): string | undefined {
  for (const [key, value] of Object.entries(labels)) {
    const slash = key.indexOf('/');
    const prefix = slash < 0 ? undefined : key.slice(0, slash);
    const name = key.slice(slash + 1);
    const badPrefix = prefix !== undefined && (prefix.length > 253 || !prefix.split('.').every(isDnsLabel));
    if (badPrefix || name.length > 63 || !LABEL_NAME.test(name)) return `invalid tag key: "${key}"`;
    if (value.length > 63 || !LABEL_VALUE.test(value)) return `invalid tag value: "${value}"`;
  }
  return undefined;
}

/** `ValidateWorkloadSelector` and its kin. */
export function selectorProblem(labels: Readonly<Record<string, string>>): string | undefined {
  for (const [key, value] of Object.entries(labels)) {
    if (key === '') return `empty key is not supported in selector: "${key}=${value}"`;
    if (key.includes('*') || value.includes('*')) return `wildcard is not supported in selector: "${key}=${value}"`;
  }
  return undefined;
}

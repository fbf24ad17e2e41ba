/** Checks that several kinds have in common. */
import { isIpAddress, prefixOf } from './addresses.ts';
import { durationProblem, nanosecondsOf } from './durations.ts';
import { isDnsLabel, isLabelKey, isLabelValue, isPort, quoted } from './names.ts';
import type { ProblemFix } from './problem.ts';
import { meantBy } from './suggest.ts';
import type { Item, View } from './view.ts';

const PROTOCOLS = [
  'HTTP',
  'HTTPS',
  'TLS',
  'TCP',
  'HTTP2',
  'GRPC',
  'GRPC-WEB',
  'MONGO',
  'MYSQL',
  'REDIS',
  'UDP',
  'HTTP_PROXY',
];
const HTTP = /^(?:http|http2|http_proxy|grpc|grpc-web)$/i;
const TLS = /^(?:https|tls)$/i;

/** `protocol.Parse(…).IsHTTP`. */
export const isHttp = (protocol: string): boolean => HTTP.test(protocol);
/** `protocol.Parse(…).IsTLS`. */
export const isTls = (protocol: string): boolean => TLS.test(protocol);

/** Whether Istio knows the protocol; case does not count. */
export function isProtocol(protocol: string): boolean {
  return PROTOCOLS.includes(protocol.toUpperCase());
}

/** The protocol of a port; empty is left to Istio where `mayBeEmpty`. Returns whether it is known to be right. */
export function checkProtocol(port: View, empty: 'allowed' | 'wrong'): boolean {
  const protocol = port.constant('protocol');
  if (protocol === undefined || (protocol === '' && empty === 'allowed') || isProtocol(protocol)) return true;
  const meant = meantBy(protocol, PROTOCOLS);
  const remedy =
    meant === undefined
      ? 'Istio knows HTTP, HTTP2, GRPC, HTTPS, TLS, TCP, MONGO, MYSQL, REDIS.'
      : `Did you mean \`${meant}\`?`;
  const range = port.at('protocol');
  port.found.error(
    'value-not-allowed',
    'webhook',
    range,
    `${quoted(protocol)} is no protocol. ${remedy}`,
    replaced(port, 'protocol', meant),
  );
  return false;
}

/** A fix that writes the one value that was meant. */
export function replaced(
  view: View,
  key: string,
  meant: string | undefined,
): { readonly fixes: readonly ProblemFix[] } {
  const node = view.raw(key);
  if (meant === undefined || node?.kind !== 'scalar' || node.range.start === node.range.end) return { fixes: [] };
  return {
    fixes: [
      { title: `Use ${meant}`, preferred: true, repairs: [{ kind: 'replace', range: node.range, value: meant }] },
    ],
  };
}

/** A port that must be between 1 and 65535; a missing one is 0. */
export function checkPort(view: View, key: string): void {
  const port = view.number(key);
  if (port === undefined || isPort(port)) return;
  if (!view.has(key)) view.found.error('field-required', 'webhook', view.mark, `A port has no \`${key}\`.`);
  else view.found.error('value-out-of-range', 'webhook', view.at(key), `Port ${port} is not between 1 and 65535.`);
}

/** Labels that choose pods or subsets. */
export function checkLabels(view: View, key: string): void {
  for (const { key: name, keyRange, value, range } of view.pairs(key)) {
    if (!isLabelKey(name))
      view.found.error('name-invalid', 'webhook', keyRange, `${quoted(name)} is no key of a label.`);
    if (value !== undefined && !isLabelValue(value)) {
      view.found.error(
        'name-invalid',
        'webhook',
        range,
        `${quoted(value)} is no value of a label: letters, digits, \`-\`, \`_\` and \`.\` inside.`,
      );
    }
  }
}

/** The selector of workloads; returns whether it is right. Without labels it is warned of, in the words of `reach`. */
export function checkSelector(view: View, { key, reach }: { readonly key: string; readonly reach: string }): boolean {
  const selector = view.object('workloadSelector');
  if (!selector) return true;
  let right = true;
  for (const { key: name, keyRange, value, range } of selector.pairs(key)) {
    const star = name.includes('*') ? keyRange : value?.includes('*') ? range : undefined;
    if (name === '') selector.found.error('name-invalid', 'webhook', keyRange, 'The key of a label is empty.');
    else if (star)
      selector.found.error(
        'name-invalid',
        star === range ? 'api' : 'webhook',
        star,
        'A selector compares labels as they are written; it takes no `*`.',
      );
    else continue;
    right = false;
  }
  if (selector.size(key) === 0) {
    selector.found.warning('setting-ignored', selector.mark, `The selector has no labels: ${reach}.`);
  }
  return right;
}

/** What is wrong with a host, as a sentence: with the place of a scheme, a port or a path named, for that is what people write. */
export function hostText(what: string, value: string, problem: string): string {
  if (value === '') return `${what} is empty.`;
  if (/^\w+:\/\//.test(value)) return `${what} ${quoted(value)} has a scheme. Write the name alone.`;
  if (/:\d+$/.test(value) && !value.includes('::')) return `${what} ${quoted(value)} has a port. Write the name alone.`;
  if (isIpAddress(value)) return `${what} ${quoted(value)} is an IP address; only names can stand here.`;
  return `${what} ${quoted(value)} ${problem}.`;
}

/** An address or a block of addresses. */
export function checkSubnet(view: View, { value, range }: Item): void {
  if (value === undefined || prefixOf(value) || (!value.includes('/') && isIpAddress(value))) return;
  view.found.error(
    'value-invalid',
    'webhook',
    range,
    `${quoted(value)} is no IP address and no block such as \`192.0.2.0/24\`.`,
  );
}

/** The address that a listener binds to. */
export function checkBind(view: View, key: string): void {
  const bind = view.text(key);
  if (bind === undefined || bind === '') return;
  if (bind.startsWith('unix://')) {
    checkSocket(view, view.at(key), bind.slice(7));
    return;
  }
  if (!isIpAddress(bind))
    view.found.error('value-invalid', 'webhook', view.at(key), `${quoted(bind)} is no IP address.`);
}

/** The path of a Unix domain socket. */
export function checkSocket(view: View, range: View['mark'], path: string): void {
  if (path.startsWith('@') || (path.startsWith('/') && !path.endsWith('/'))) return;
  view.found.error('value-invalid', 'webhook', range, `${quoted(`unix://${path}`)} is no absolute path to a socket.`);
}

/** The name of a port or a subset: a DNS label. */
export function checkLabelName(view: View, key: string, what: string): void {
  const name = view.text(key);
  if (name === undefined || isDnsLabel(name)) return;
  if (!view.has(key)) view.found.error('field-required', 'webhook', view.mark, `${what} has no \`${key}\`.`);
  else
    view.found.error(
      'name-invalid',
      'webhook',
      view.at(key),
      `${quoted(name)} is no name of ${what.replace(/^A /, 'a ')}: letters, digits and dashes inside, 63 at most.`,
    );
}

/** A duration that the schema says nothing about; `zero` says whether it may be nothing. */
export function checkDuration(view: View, key: string, zero: 'allowed' | 'wrong' | 'any'): void {
  const text = view.free(key);
  if (text === undefined || !view.has(key)) return;
  const length = nanosecondsOf(text);
  if (length !== undefined && (zero === 'any' || (zero === 'allowed' && Math.abs(length) < 1e6))) return;
  const problem = durationProblem(text);
  if (problem) view.found.error('value-invalid', 'webhook', view.at(key), `${quoted(text)} ${problem.text}.`);
}

/** A number that must be within limits. */
export function checkNumber(view: View, key: string, min: number, max: number): void {
  const value = view.number(key);
  if (value === undefined || (value >= min && value <= max)) return;
  const allowed = max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;
  view.found.error('value-out-of-range', 'webhook', view.at(key), `\`${key}\` is ${value}; it takes ${allowed}.`);
}

/** What istiod's webhook says of a VirtualService (`ValidateVirtualService`, `pkg/config/validation/validation.go`). */
import { isIpAddress } from './addresses.ts';
import { checkDestination, checkWeights } from './destination.ts';
import { checkHttpRule } from './http-rule.ts';
import { hostCoveredBy, hostsOverlap } from './hosts.ts';
import { isClaim } from './headers.ts';
import { checkGatewayNames, checkMatchCommon, type RouteContext } from './match.ts';
import { gatewayDomainProblem, quoted, wildcardDomainProblem } from './names.ts';
import { checkSubnet, hostText } from './parts.ts';
import type { Findings } from './problem.ts';
import { checkReach } from './reach.ts';
import type { Item, View } from './view.ts';

/** The one name under `gateways` that is no Gateway: all sidecars. */
const MESH = 'mesh';

export function checkVirtualService(spec: View): void {
  const { found } = spec;
  const hosts = spec.items('hosts');
  const gateways = spec.items('gateways');
  const namesMesh = isNamed(spec, gateways);
  const forSidecars = spec.count('gateways') === 0 ? true : namesMesh;
  const context: RouteContext = { isDelegate: spec.count('hosts') === 0, hosts, forSidecars, namesMesh };
  const http = spec.objects('http');
  const tls = spec.objects('tls');
  const tcp = spec.objects('tcp');
  if (context.isDelegate) checkDelegate(spec);
  checkGatewayNames(spec, gateways, 'bound');
  checkClaims(http, gateways);
  checkHosts(spec, context, tls);
  if (spec.count('http') === 0 && spec.count('tls') === 0 && spec.count('tcp') === 0) {
    found.error(
      'field-required',
      'webhook',
      spec.mark,
      'The VirtualService has no rule: neither `http` nor `tls` nor `tcp`.',
    );
  }
  for (const rule of http) checkHttpRule(rule, context);
  const names = serverNamesBeside(hosts, tls, tcp);
  if (names) reportHost(found, names);
  for (const rule of tls) checkTlsRule(rule, context, names ? 'told at the host' : 'each');
  for (const rule of tcp) checkTcpRule(rule);
  checkReach(http, 'http');
  checkReach(tls, 'other');
  checkReach(tcp, 'other');
}

function isNamed(spec: View, gateways: readonly Item[]): boolean | undefined {
  if (gateways.some((each) => each.value === MESH)) return true;
  return spec.count('gateways') === undefined || gateways.some((each) => each.value === undefined) ? undefined : false;
}

/** Without hosts it is a part of another VirtualService. One that is left without a rule is none: there the hosts were forgotten. */
function checkDelegate(spec: View): void {
  const hasHttp = (spec.count('http') ?? 0) > 0;
  for (const key of ['gateways', 'tls', 'tcp']) {
    if ((spec.count(key) ?? 0) === 0) continue;
    const text = `A VirtualService without \`hosts\` is a delegate, and cannot have \`${key}\`. Add \`hosts\`, or remove \`${key}\`.`;
    spec.found.error('fields-conflict', 'webhook', spec.keyAt(key), text, {
      fixes: hasHttp
        ? [{ title: `Remove ${key}`, preferred: false, repairs: [{ kind: 'remove-key', range: spec.node.range, key }] }]
        : [],
    });
  }
}

/** Claims of tokens are known at gateways only; with `mesh` in the list, or nothing, they are not looked at. */
function checkClaims(http: readonly View[], gateways: readonly Item[]): void {
  const isForGateways = gateways.length > 0 && gateways.every((each) => each.value !== MESH);
  if (isForGateways) return;
  for (const match of http.flatMap((rule) => rule.objects('match'))) {
    for (const header of [...match.members('headers'), ...match.members('withoutHeaders')]) {
      if (!isClaim(header.key)) continue;
      const text = `${quoted(header.key)} is a claim of a token: only gateways can route by it, not sidecars. Remove \`mesh\`, or name gateways.`;
      match.found.error('fields-conflict', 'webhook', header.keyRange, text);
    }
  }
}

function checkHosts({ found }: View, { hosts, forSidecars }: RouteContext, tls: readonly View[]): void {
  const hasServerNames = tls.some((rule) => rule.objects('match').some((match) => match.count('sniHosts') !== 0));
  let right = true;
  for (const { value, range } of hosts) {
    if (value === undefined) continue;
    const mayBeCluster = forSidecars !== true && hasServerNames;
    const problem = mayBeCluster ? gatewayDomainProblem(value) : wildcardDomainProblem(value);
    if (problem !== undefined) {
      if (isIpAddress(value)) continue;
      found.error('host-invalid', 'webhook', range, hostText('The host', value, problem));
      right = false;
    } else if (value === '*' && forSidecars === true) {
      const text =
        'Sidecars cannot have the host `*`, and this VirtualService is for them. Name gateways without `mesh`, or name hosts.';
      found.error('mesh-with-wildcard-host', 'webhook', range, text);
      right = false;
    }
  }
  if (right && hosts.length > 1) checkOverlaps(found, hosts);
}

function checkOverlaps(found: Findings, hosts: readonly Item[]): void {
  for (const [i, { value, range }] of hosts.entries()) {
    const first = hosts
      .slice(0, i)
      .find((each) => each.value !== undefined && value !== undefined && hostsOverlap(each.value, value));
    if (!first) continue;
    const same = first.value === value;
    const text = same
      ? `The host ${quoted(value ?? '')} is here twice.`
      : `The hosts ${quoted(first.value ?? '')} and ${quoted(value ?? '')} overlap: one covers the other.`;
    found.error('value-duplicated', 'webhook', range, text, {
      related: [{ range: first.range, text: 'The other one.' }],
    });
  }
}

/** Whether each server name that no host covers is told. */
type Uncovered = 'each' | 'told at the host';

interface NamesBeside {
  readonly host: Item;
  readonly name: string;
  readonly places: readonly Item[];
}

/** The one server name of all rules where it is the only host that is wrong: it does not cover the name, and more than one place says it. */
function serverNamesBeside(
  [host, another]: readonly Item[],
  tls: readonly View[],
  tcp: readonly View[],
): NamesBeside | undefined {
  if (host?.value === undefined || another) return undefined;
  const places = tls.flatMap((rule) => rule.objects('match')).flatMap((match) => match.items('sniHosts'));
  const name = places[0]?.value;
  if (name === undefined || places.some(({ value }) => value !== name)) return undefined;
  if (hostCoveredBy(name, host.value) || wildcardDomainProblem(name) !== undefined) return undefined;
  const sendsThere = [...tls, ...tcp]
    .flatMap((rule) => rule.objects('route'))
    .some((route) => route.object('destination')?.text('host') === name);
  return sendsThere || places.length > 1 ? { host, name, places } : undefined;
}

function reportHost(found: Findings, { host, name, places }: NamesBeside): void {
  const text = `The host ${quoted(host.value ?? '', 50)} covers no server name of the \`tls\` rules, which all have ${quoted(name, 50)}.`;
  found.error('sni-host-not-covered', 'webhook', host.range, text, {
    related: places.map(({ range }) => ({ range, text: 'A server name.' })),
    fixes: [{ title: `Use ${name}`, preferred: false, repairs: [{ kind: 'replace', range: host.range, value: name }] }],
  });
}

function checkTlsRule(rule: View, context: RouteContext, uncovered: Uncovered): void {
  if (rule.count('match') === 0) {
    rule.found.error(
      'field-required',
      'webhook',
      rule.keyAt('match'),
      'A `tls` rule has no `match`: it needs at least one with `sniHosts`.',
    );
  }
  for (const match of rule.objects('match')) {
    if (match.count('sniHosts') === 0) {
      match.found.error(
        'field-required',
        'webhook',
        match.keyAt('sniHosts'),
        'A match of a `tls` rule has no server name in `sniHosts`.',
      );
    }
    for (const each of match.items('sniHosts')) checkServerName(match, each, context, uncovered);
    checkL4Match(match);
  }
  checkRoute(rule, 'tls');
}

function checkServerName(
  { found }: View,
  { value, range }: Item,
  { hosts, namesMesh }: RouteContext,
  uncovered: Uncovered,
): void {
  if (value === undefined) return;
  const problem = namesMesh === true ? wildcardDomainProblem(value) : gatewayDomainProblem(value);
  if (problem !== undefined) {
    if (isIpAddress(value)) {
      const text = `${quoted(value)} is an IP address: clients send names only, so this never matches. Use a \`tcp\` rule.`;
      found.warning('host-invalid', range, text);
      return;
    }
    found.error('host-invalid', 'webhook', range, hostText('The server name', value, problem));
    return;
  }
  if (uncovered === 'told at the host') return;
  if (hosts.some((each) => each.value === undefined || hostCoveredBy(value, each.value))) return;
  const [only] = hosts.length === 1 ? hosts : [];
  const known = hosts
    .slice(0, 2)
    .map((each) => quoted(each.value ?? '', 50))
    .join(' and ');
  const text = `No host of the VirtualService covers the server name ${quoted(value, 50)}: its hosts are ${known}${hosts.length > 2 ? ' …' : ''}.`;
  const related = hosts.map((each) => ({ range: each.range, text: 'A host.' }));
  found.error('sni-host-not-covered', 'webhook', range, text, {
    related,
    fixes:
      only?.value === undefined || wildcardDomainProblem(only.value) !== undefined
        ? []
        : [{ title: `Use ${only.value}`, preferred: true, repairs: [{ kind: 'replace', range, value: only.value }] }],
  });
}

function checkTcpRule(rule: View): void {
  for (const match of rule.objects('match')) checkL4Match(match);
  checkRoute(rule, 'tcp');
}

function checkL4Match(match: View): void {
  for (const each of match.items('destinationSubnets')) checkSubnet(match, each);
  checkMatchCommon(match);
}

function checkRoute(rule: View, protocol: string): void {
  if (rule.count('route') === 0) {
    rule.found.error(
      'field-required',
      'webhook',
      rule.keyAt('route'),
      `A \`${protocol}\` rule has no \`route\`: it must say where to send.`,
    );
  }
  for (const each of rule.objects('route')) {
    const destination = each.object('destination');
    if (destination) checkDestination(destination);
  }
  checkWeights(rule);
}

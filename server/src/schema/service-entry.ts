/** What the API server's rules and istiod's webhook say of a ServiceEntry (`ValidateServiceEntry`). */
import { checkEndpoint } from './endpoint.ts';
import { isWildcard } from './hosts.ts';
import { fqdnProblem, isPartialWildcard, isPort, quoted, wildcardDomainProblem } from './names.ts';
import {
  checkLabelName,
  checkProtocol,
  checkSelector,
  checkSubnet,
  hostText,
  isHttp,
  isProtocol,
  isTls,
} from './parts.ts';
import type { ProblemFix } from './problem.ts';
import type { Item, View } from './view.ts';

export function checkServiceEntry(spec: View, labels: ReadonlyMap<string, string>): void {
  const resolution = spec.has('resolution') ? known(spec.constant('resolution')) : 'NONE';
  if (!checkSelector(spec, { key: 'labels', reach: 'it selects every pod of the namespace' })) return;
  const hosts = spec.items('hosts');
  const ports = spec.objects('ports');
  checkHosts(spec, hosts, resolution);
  for (const each of spec.items('addresses')) checkAddress(spec, each, resolution);
  checkPorts(spec, ports, resolution, labels);
  checkResolution(spec, resolution, { hosts, ports, labels });
  checkEndpoints(spec, ports, resolution);
  if (resolution !== undefined && resolution !== 'NONE') checkManyHosts(spec, hosts, ports);
}

const RESOLUTIONS = new Set(['NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS']);

function known(resolution: string | undefined): string | undefined {
  return resolution !== undefined && RESOLUTIONS.has(resolution) ? resolution : undefined;
}

function checkHosts({ found }: View, hosts: readonly Item[], resolution: string | undefined): void {
  for (const { value, range } of hosts) {
    if (value === undefined) continue;
    if (value === '*') {
      found.error(
        'host-invalid',
        'api',
        range,
        'A ServiceEntry cannot have the host `*`. Name hosts, or a wildcard such as `*.example.com`.',
      );
      continue;
    }
    const problem = wildcardDomainProblem(value);
    if (problem !== undefined) found.error('host-invalid', 'webhook', range, hostText('The host', value, problem));
    else if (resolution !== undefined && resolution !== 'DYNAMIC_DNS' && isPartialWildcard(value)) {
      const text = `The wildcard ${quoted(value)} covers a part of a label, which proxies do not match. Write \`*.\` before a name.`;
      found.warning('host-invalid', range, text);
    }
  }
}

function checkAddress(spec: View, item: Item, resolution: string | undefined): void {
  checkSubnet(spec, item);
  if (!item.value?.includes('/') || resolution === undefined || resolution === 'NONE' || resolution === 'STATIC')
    return;
  const text = `${quoted(item.value)} is a block of addresses, which \`resolution: ${resolution}\` does not take; NONE and STATIC do.`;
  spec.found.error('service-entry-conflict', 'api', item.range, text);
}

function checkPorts(
  spec: View,
  ports: readonly View[],
  resolution: string | undefined,
  labels: ReadonlyMap<string, string>,
): void {
  const { found } = spec;
  const names = new Map<string, View>();
  const numbers = new Map<number, View>();
  const allocates =
    resolution !== 'NONE' && labels.get('networking.istio.io/enable-autoallocate-ip')?.toLowerCase() !== 'false';
  const withoutAddress = spec.count('addresses') === 0 && resolution !== undefined && !allocates;
  for (const port of ports) {
    twice(port, 'name', port.text('name'), names);
    twice(port, 'number', port.number('number'), numbers);
    if (port.has('name')) checkLabelName(port, 'name', 'A port');
    checkNumber(port, 'number');
    checkNumber(port, 'targetPort');
    checkProtocol(port, 'allowed');
    const protocol = port.constant('protocol');
    if (withoutAddress && (protocol === '' || protocol === 'TCP')) {
      const text =
        'Without `addresses` a TCP port is open for every address: all such ServiceEntries of this port share it. Name the addresses.';
      found.warning('tcp-port-without-address', port.has('protocol') ? port.at('protocol') : port.mark, text);
    }
  }
}

function twice<T extends string | number>(port: View, key: string, value: T | undefined, seen: Map<T, View>): void {
  if (value === undefined || !port.has(key)) return;
  const first = seen.get(value);
  if (!first) {
    seen.set(value, port);
    return;
  }
  const text = `Two ports have the ${key} ${quoted(String(value))}.`;
  port.found.error('value-duplicated', 'api', port.at(key), text, {
    related: [{ range: first.at(key), text: 'The first one.' }],
  });
}

function checkNumber(port: View, key: string): void {
  const number = port.number(key);
  if (number === undefined || !port.has(key) || isPort(number)) return;
  port.found.error('value-out-of-range', 'api', port.at(key), `Port ${number} is not between 1 and 65535.`);
}

interface Facts {
  readonly hosts: readonly Item[];
  readonly ports: readonly View[];
  readonly labels: ReadonlyMap<string, string>;
}

function checkResolution(spec: View, resolution: string | undefined, facts: Facts): void {
  const { found } = spec;
  const endpoints = spec.count('endpoints');
  switch (resolution) {
    case 'NONE':
      if (spec.has('endpoints')) {
        const text =
          'Endpoints are not used without a `resolution`: calls go to where the client dials. Use STATIC or DNS, or remove `endpoints`.';
        found.error('service-entry-conflict', 'api', spec.keyAt('endpoints'), text);
      }
      if (spec.has('workloadSelector')) {
        found.warning(
          'setting-ignored',
          spec.keyAt('workloadSelector'),
          'The selector is not used without a `resolution`. Set `resolution: STATIC`.',
        );
      }
      return;
    case 'DNS':
    case 'DNS_ROUND_ROBIN': {
      if (endpoints === 0) checkResolvable(spec, facts.hosts, resolution);
      if (resolution === 'DNS_ROUND_ROBIN' && endpoints !== undefined && endpoints > 1) {
        found.error(
          'service-entry-conflict',
          'api',
          spec.keyAt('endpoints'),
          'With `DNS_ROUND_ROBIN` there can be one endpoint. Use `DNS` for several.',
        );
      }
      checkSharedAddress(spec, facts);
      return;
    }
    case 'DYNAMIC_DNS':
      checkDynamic(spec, facts);
      return;
    default:
      return;
  }
}

/** A wildcard is no name that could be looked up. */
function checkResolvable(spec: View, hosts: readonly Item[], resolution: string): void {
  for (const { value, range } of hosts) {
    const problem = value === undefined ? undefined : fqdnProblem(value);
    if (value === undefined || problem === undefined) continue;
    // What is wrong with any host is told already.
    if (!isWildcard(value) || wildcardDomainProblem(value) !== undefined) return;
    const text = `${quoted(value)} cannot be looked up with \`resolution: ${resolution}\`. Name the hosts, or use NONE or DYNAMIC_DNS.`;
    spec.found.error('service-entry-wildcard-dns', 'webhook', range, text, { fixes: wildcardFixes(spec) });
    return;
  }
}

function wildcardFixes(spec: View): readonly ProblemFix[] {
  const node = spec.raw('resolution');
  const set = (value: string, title: string): readonly ProblemFix[] =>
    node?.kind === 'scalar'
      ? [{ title, preferred: false, repairs: [{ kind: 'replace', range: node.range, value }] }]
      : [];
  const onlyWildcards = spec.items('hosts').every((each) => each.value !== undefined && isWildcard(each.value));
  return [
    ...set('NONE', 'Use resolution: NONE (calls go to where the client dials)'),
    ...(onlyWildcards && canBeDynamic(spec)
      ? set('DYNAMIC_DNS', 'Use resolution: DYNAMIC_DNS (looked up for each request)')
      : []),
  ];
}

/** Names of requests are read of HTTP, and of TLS. */
function canBeDynamic(spec: View): boolean {
  return spec.objects('ports').every((each) => {
    const protocol = each.constant('protocol');
    return protocol !== undefined && DYNAMIC.has(protocol.toUpperCase());
  });
}

/** Several hosts on an address and a port that is not HTTP: the proxy cannot tell them apart. */
function checkSharedAddress(spec: View, { hosts, ports }: Facts): void {
  if ((spec.count('addresses') ?? 0) === 0 || hosts.length < 2) return;
  const port = ports.find((each) => {
    const protocol = each.constant('protocol');
    return protocol !== undefined && isProtocol(protocol) && !isHttp(protocol) && protocol.toUpperCase() !== 'UDP';
  });
  if (!port) return;
  const written = port.constant('protocol') ?? '';
  const text = `${hosts.length} hosts share the same addresses and a ${written} port: the address does not tell which one is meant. Split the ServiceEntry.`;
  spec.found.warning('tcp-port-several-hosts', port.at('protocol'), text);
}

const DYNAMIC = new Set(['HTTP', 'TLS', 'GRPC', 'HTTP2']);

function checkDynamic(spec: View, { hosts, ports, labels }: Facts): void {
  const { found } = spec;
  const wrong = (range: View['mark'], text: string) => found.error('service-entry-conflict', 'webhook', range, text);
  for (const { value, range } of hosts) {
    if (value !== undefined && !isWildcard(value))
      wrong(range, `With \`DYNAMIC_DNS\` hosts are wildcards; ${quoted(value)} is none. Use \`DNS\` for it.`);
  }
  for (const key of ['addresses', 'endpoints']) {
    if ((spec.count(key) ?? 0) > 0)
      wrong(spec.keyAt(key), `With \`DYNAMIC_DNS\` there are no \`${key}\`: each request is looked up by its name.`);
  }
  for (const port of ports) {
    const protocol = port.constant('protocol');
    if (protocol === undefined || DYNAMIC.has(protocol.toUpperCase()) || (protocol !== '' && !isProtocol(protocol)))
      continue;
    wrong(port.at('protocol'), 'With `DYNAMIC_DNS` a port is HTTP, HTTP2, GRPC or TLS.');
  }
  const waypoint = labels.get('istio.io/use-waypoint') ?? '';
  if (spec.constant('location') === 'MESH_INTERNAL' && waypoint !== '' && waypoint.toLowerCase() !== 'none') {
    wrong(spec.at('location'), 'With a waypoint `DYNAMIC_DNS` is for hosts outside: use `location: MESH_EXTERNAL`.');
  }
}

function checkEndpoints(spec: View, ports: readonly View[], resolution: string | undefined): void {
  if (spec.has('endpoints') && spec.has('workloadSelector')) return;
  const isDns = resolution === 'DNS' || resolution === 'DNS_ROUND_ROBIN';
  const names = ports.map((port) => port.text('name'));
  const all = names.length === (spec.count('ports') ?? -1) && names.every((each) => each !== undefined);
  const context = {
    addresses: isDns ? ('dns' as const) : resolution === 'STATIC' ? ('static' as const) : ('any' as const),
    ports: all ? new Set(names.flatMap((each) => each ?? [])) : undefined,
  };
  // With NONE that there are any is told already, and what is in them is not looked at.
  if (resolution === 'NONE' || resolution === 'DYNAMIC_DNS') return;
  for (const each of spec.objects('endpoints')) {
    checkEndpoint(each, resolution === undefined ? { addresses: 'any', ports: undefined } : context);
  }
}

/** On a port that is neither HTTP nor TLS nothing tells the hosts apart. */
function checkManyHosts(spec: View, hosts: readonly Item[], ports: readonly View[]): void {
  if (hosts.length < 2) return;
  const port = ports.find((each) => {
    const protocol = each.constant('protocol');
    return protocol !== undefined && !isHttp(protocol) && !isTls(protocol);
  });
  if (!port) return;
  const protocol = port.constant('protocol') ?? '';
  if (protocol !== '' && !isProtocol(protocol)) return;
  const range = port.has('protocol') ? port.at('protocol') : port.mark;
  const what = protocol === '' ? 'A port without a `protocol`' : `A ${quoted(protocol)} port`;
  spec.found.error(
    'tcp-port-several-hosts',
    'webhook',
    range,
    `${what} cannot be shared by ${hosts.length} hosts: nothing tells them apart. Make a ServiceEntry of each.`,
  );
}

/** Endpoints of a ServiceEntry, and WorkloadEntries (`validateWorkloadEntry`). */
import { isIpAddress } from './addresses.ts';
import { fqdnProblem, isDnsLabel, isPort, quoted } from './names.ts';
import { checkLabels, checkSocket } from './parts.ts';
import type { View } from './view.ts';

export interface EndpointContext {
  /** Names are looked up with DNS; addresses alone are static. A WorkloadEntry may have either. */
  readonly addresses: 'static' | 'dns' | 'any';
  /** The names of the ServiceEntry's ports; undefined where they are not known, or there is no ServiceEntry. */
  readonly ports: ReadonlySet<string> | undefined;
}

export function checkEndpoint(endpoint: View, { addresses, ports }: EndpointContext): void {
  const { found } = endpoint;
  const address = endpoint.text('address');
  const hasAddress = endpoint.has('address');
  if (!hasAddress && !endpoint.has('network'))
    found.error('field-required', 'api', endpoint.mark, 'The endpoint has no `address`.');
  const isSocket = address?.startsWith('unix://') ?? false;
  if (isSocket && address !== undefined) {
    if (addresses === 'dns') wrongAddress(endpoint, address, addresses);
    else checkSocket(endpoint, endpoint.at('address'), address.slice(7));
    if (endpoint.has('ports')) {
      found.error(
        'fields-conflict',
        'api',
        endpoint.keyAt('ports'),
        'An endpoint that is a socket has no ports. Remove `ports`.',
      );
    }
    if (ports && ports.size !== 1 && addresses === 'static') {
      const text = `A socket serves one port, but the ServiceEntry has ${ports.size}.`;
      found.error('service-entry-conflict', 'webhook', endpoint.at('address'), text);
    }
  } else if (address !== undefined) checkAddress(endpoint, address, addresses);
  if (address === '' && addresses !== 'dns' && endpoint.isSet('network')) {
    found.warning(
      'setting-ignored',
      endpoint.keyAt('network'),
      `The endpoint has no \`address\`: only gateways of the network ${quoted(endpoint.text('network') ?? '')} reach it.`,
    );
  }
  checkLabels(endpoint, 'labels');
  for (const { key, keyRange, value } of numbers(endpoint)) {
    if (ports && !ports.has(key)) {
      found.error('service-entry-conflict', 'webhook', keyRange, `The ServiceEntry has no port called ${quoted(key)}.`);
    }
    if (!isDnsLabel(key) || key.length > 62)
      found.error('name-invalid', 'api', keyRange, `${quoted(key)} is no name of a port.`);
    if (value !== undefined && !isPort(value.port)) {
      found.error('value-out-of-range', 'api', value.range, `Port ${value.port} is not between 1 and 65535.`);
    }
  }
}

function checkAddress(endpoint: View, address: string, addresses: EndpointContext['addresses']): void {
  if (isIpAddress(address)) return;
  if (address === '' && addresses !== 'dns') {
    if (!endpoint.isSet('network')) {
      endpoint.found.error(
        'field-required',
        'webhook',
        endpoint.at('address'),
        'The `address` of the endpoint is empty.',
      );
    }
    return;
  }
  if (addresses === 'static' || fqdnProblem(address) !== undefined) wrongAddress(endpoint, address, addresses);
}

function wrongAddress(endpoint: View, address: string, addresses: EndpointContext['addresses']): void {
  const range = endpoint.at('address');
  if (addresses === 'static' && fqdnProblem(address) === undefined) {
    const text = `${quoted(address)} is a name, but with \`resolution: STATIC\` endpoints are IP addresses. Use \`resolution: DNS\`.`;
    endpoint.found.error('service-entry-conflict', 'webhook', range, text);
    return;
  }
  if (addresses === 'dns' && !endpoint.has('address')) {
    endpoint.found.error('field-required', 'webhook', endpoint.mark, 'With DNS an endpoint needs an `address`.');
    return;
  }
  endpoint.found.error(
    'value-invalid',
    'webhook',
    range,
    `${quoted(address)} is no IP address${addresses === 'static' ? '' : ' and no name'}.`,
  );
}

function numbers(endpoint: View) {
  const map = endpoint.raw('ports');
  if (map?.kind !== 'mapping') return [];
  return map.entries.map(({ key, value }) => ({
    key: key.text,
    keyRange: key.range,
    value:
      value.kind === 'scalar' && typeof value.value === 'number'
        ? { port: value.value, range: value.range }
        : undefined,
  }));
}

/** `ValidateServiceEntry` in `pkg/config/validation/validation.go`, and the schema's rules. */
import type { ServiceEntry, ServiceEntryPort, WorkloadEndpoint } from '../manifest/types.ts';
import { prefixOf } from '../mesh/addresses.ts';
import { isIpAddress, isWildcard } from '../mesh/hosts.ts';
import { exportToRejections } from './export-to.ts';
import {
  fqdnProblem,
  isDnsLabel,
  labelsProblemIn,
  portProblem,
  selectorProblem,
  wildcardDomainProblem,
} from './names.ts';
import { check, type Rejection, values, when } from './rejection.ts';

const PROTOCOLS = /^(?:tcp|udp|grpc|grpc-web|http|http_proxy|http2|https|tls|mongo|redis|mysql)$/i;

export function serviceEntryRejections(resource: ServiceEntry, namespace: string): readonly Rejection[] {
  const { name, hosts, addresses, ports, endpoints, workloadSelector } = resource;
  const resolution = resource.resolution ? resource.resolution.value : 'NONE';
  const hostCount = hosts?.items.length ?? 0;
  return [
    ...check(workloadSelector, selectorProblem),
    ...when(workloadSelector && endpoints, name.range, 'only one of WorkloadSelector or Endpoints can be set'),
    ...when(hostCount === 0, name.range, 'service entry must have at least one host'),
    ...(hosts?.items ?? []).flatMap((each) =>
      check(each, (host) => (host === '*' ? 'invalid host *' : wildcardDomainProblem(host))),
    ),
    ...(addresses?.items ?? []).flatMap((each) =>
      check(each, (address) => {
        if (!prefixOf(address)) return `${address} is not a valid ${address.includes('/') ? 'CIDR block' : 'IP'}`;
        const block =
          address.includes('/') && resolution !== undefined && resolution !== 'NONE' && resolution !== 'STATIC';
        return block ? 'CIDR addresses are allowed only for NONE/STATIC resolution types' : undefined;
      }),
    ),
    ...portRejections(ports?.items ?? []),
    ...resolutionRejections(resource, resolution),
    ...(endpoints?.items ?? []).flatMap((each) => endpointRejections(each, resource, resolution)),
    ...manyHostsRejections(resource, resolution),
    ...exportToRejections(resource.exportTo, namespace, 'service-entry'),
  ];
}

function portRejections(ports: readonly ServiceEntryPort[]): readonly Rejection[] {
  const names = new Set<string>();
  const numbers = new Set<number>();
  return ports.flatMap(({ range, name, number, protocol, targetPort }) => {
    const sameName = name?.value !== undefined && names.has(name.value);
    const sameNumber = number?.value !== undefined && numbers.has(number.value);
    if (name?.value !== undefined) names.add(name.value);
    if (number?.value !== undefined) numbers.add(number.value);
    return [
      ...when(sameName, range, `service entry port name "${name?.value ?? ''}" already defined`),
      ...when(sameNumber, range, `service entry port ${number?.value ?? 0} already defined`),
      ...when(!name, range, 'invalid port name: '),
      ...check(name, (value) => (isDnsLabel(value) ? undefined : `invalid port name: ${value}`)),
      ...when(!number, range, 'port number is required'),
      ...check(number, portProblem),
      ...check(protocol, (value) =>
        value === '' || PROTOCOLS.test(value) ? undefined : `unsupported protocol: ${value}`,
      ),
      ...check(targetPort, (value) => (value === 0 ? undefined : portProblem(value))),
    ];
  });
}

function resolutionRejections(resource: ServiceEntry, resolution: string | undefined): readonly Rejection[] {
  const { hosts, endpoints, addresses, ports, location, name, labels } = resource;
  const range = resource.resolution?.range ?? name.range;
  const endpointCount = endpoints?.items.length ?? 0;
  const known = values(hosts?.items);
  switch (resolution) {
    case undefined:
    case 'STATIC':
      return [];
    case 'NONE':
      return when(endpointCount > 0, range, 'NONE mode cannot set endpoints');
    case 'DNS':
    case 'DNS_ROUND_ROBIN': {
      const bad = endpointCount === 0 ? known.find((each) => fqdnProblem(each)) : undefined;
      return [
        ...when(
          bad !== undefined,
          range,
          `hosts must be FQDN or contain only prefix wildcards if no endpoints are provided for resolution mode ${resolution}`,
        ),
        ...when(
          resolution === 'DNS_ROUND_ROBIN' && endpointCount > 1,
          range,
          'DNS_ROUND_ROBIN mode cannot have multiple endpoints',
        ),
      ];
    }
    case 'DYNAMIC_DNS': {
      const waypoint = labels['istio.io/use-waypoint'] ?? '';
      const protocols = (ports?.items ?? []).map((each) => (each.protocol ? each.protocol.value : '')?.toUpperCase());
      return [
        ...when(
          known.some((each) => !isWildcard(each)),
          range,
          'host must be wildcarded for resolution mode DYNAMIC_DNS',
        ),
        ...when((addresses?.items.length ?? 0) > 0, range, 'addresses cannot be set for resolution type DYNAMIC_DNS'),
        ...when(endpointCount > 0, range, 'endpoints cannot be set for resolution type DYNAMIC_DNS'),
        ...when(
          protocols.some((each) => each !== undefined && !['HTTP', 'TLS', 'GRPC', 'HTTP2'].includes(each)),
          range,
          'only HTTP, TLS, GRPC, and HTTP2 protocols are supported for resolution type DYNAMIC_DNS',
        ),
        ...when(
          location?.value === 'MESH_INTERNAL' && waypoint !== '' && waypoint.toLowerCase() !== 'none',
          range,
          'location MESH_INTERNAL with resolution type DYNAMIC_DNS is not supported when using waypoints',
        ),
      ];
    }
    default:
      return when(true, range, `unsupported resolution type ${resolution}`);
  }
}

function endpointRejections(
  endpoint: WorkloadEndpoint,
  { ports }: ServiceEntry,
  resolution: string | undefined,
): readonly Rejection[] {
  if (resolution === undefined || resolution === 'NONE' || resolution === 'DYNAMIC_DNS') return [];
  const { range, address, network } = endpoint;
  const names = values((ports?.items ?? []).flatMap((each) => each.name ?? []));
  const dns = resolution !== 'STATIC';
  const socket = address?.value?.startsWith('unix://') ?? false;
  return [
    ...when(!address && !network, range, 'address is required'),
    ...check(address, (value) => {
      if (isIpAddress(value)) return undefined;
      if (dns)
        return fqdnProblem(value) ? `endpoint address "${value}" is not a valid FQDN or an IP address` : undefined;
      if (socket)
        return /^unix:\/\/(?:@|\/.*[^/]$)/.test(value) ? undefined : 'UDS must be an absolute path or abstract socket';
      if (value === '') return network ? undefined : 'address is required';
      return `endpoint address "${value}" is not a valid IP address`;
    }),
    ...when(socket && endpoint.ports, range, 'UDS may not include ports'),
    ...when(socket && (ports?.items.length ?? 0) !== 1, range, 'exactly 1 service port required for unix endpoints'),
    ...check(endpoint.labels, labelsProblemIn),
    ...check(endpoint.ports, (own) => {
      for (const [name, port] of Object.entries(own)) {
        if (!names.includes(name)) return `endpoint port ${port} is not defined by the service entry`;
        const problem = isDnsLabel(name) ? portProblem(port) : `invalid port name: ${name}`;
        if (problem) return problem;
      }
      return undefined;
    }),
  ];
}

/** Only HTTP and TLS tell several hosts on one port apart. */
function manyHostsRejections({ hosts, ports }: ServiceEntry, resolution: string | undefined): readonly Rejection[] {
  if (!hosts || hosts.items.length < 2 || resolution === undefined || resolution === 'NONE') return [];
  const plain = (ports?.items ?? []).some(({ protocol }) => {
    if (!protocol) return true;
    return protocol.value !== undefined && !/^(?:http|http2|http_proxy|grpc|grpc-web|https|tls)$/i.test(protocol.value);
  });
  return when(plain, hosts.range, 'multiple hosts provided with non-HTTP, non-TLS ports');
}

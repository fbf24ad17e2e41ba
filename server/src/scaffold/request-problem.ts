/** What is wrong with a request, before anything is looked up. */
import { isIpAddress, isWildcard } from '../mesh/hosts.ts';
import { isDnsLabel, wildcardDomainProblem } from '../schema/names.ts';
import { PATTERNS } from './patterns/all.ts';
import { APPLICATION_PORT } from './patterns/originated.ts';
import type { RouteRequest } from './request.ts';

/** One plain sentence; undefined where nothing is wrong. */
export function requestProblem(request: RouteRequest): string | undefined {
  const { host, pattern: id, port, addresses = [], server, hopPort, subset } = request;
  const pattern = PATTERNS[id];
  if (isIpAddress(host)) return `${host} is an address: give the host a name, and its address with it.`;
  if (host === '' || wildcardDomainProblem(host) !== undefined) return `'${host}' is no name of a host.`;
  if (!host.includes('.')) return `'${host}' is no host outside the cluster: it has no dot.`;
  if (id === 'wildcard' && (!host.startsWith('*.') || host.split('.').length < 3))
    return `The pattern wildcard is for hosts such as *.example.com, and '${host}' is none.`;
  if (id !== 'wildcard' && isWildcard(host)) return `'${host}' stands for many hosts: use the pattern wildcard.`;
  if (pattern.port === undefined && port === undefined)
    return `The pattern ${id} has no port of its own: name the port.`;
  for (const each of [port, hopPort])
    if (each !== undefined && !isPort(each)) return `${each} is no port: use 1 to 65535.`;
  const begins = id === 'tls-origination' || id === 'tls-origination-mutual' || id === 'sidecar-tls-origination';
  if (begins && port === APPLICATION_PORT)
    return `Port ${APPLICATION_PORT} is the one that the application calls: name the port that the host has for TLS.`;
  if (request.credential !== undefined && pattern.credential === 'none')
    return `The pattern ${id} has no use for a credential.`;
  if (request.mutualHop && pattern.mutualHop === 'never')
    return `The pattern ${id} has no mutual TLS between sidecar and gateway.`;
  if (addresses.length > 0 && id !== 'tcp') return 'Addresses go with the pattern tcp.';
  // The gateway looks the host up, and Istio takes no blocks of addresses with that.
  const wrong = addresses.find((each) => !isIpAddress(each));
  if (wrong !== undefined) return `'${wrong}' is no IP address.`;
  if (server !== undefined && (id !== 'wildcard' || isWildcard(server) || wildcardDomainProblem(server) !== undefined))
    return id === 'wildcard' ? `'${server}' is no name of a server.` : 'A server goes with the pattern wildcard.';
  if (subset !== undefined && !isDnsLabel(subset)) return `'${subset}' is no name of a subset.`;
  return namesProblem(request);
}

function namesProblem({ namespace, gateway, audience, credential }: RouteRequest): string | undefined {
  const namespaces = [...(namespace === undefined ? [] : [namespace]), ...(Array.isArray(audience) ? audience : [])];
  const wrong = namespaces.find((each) => !isDnsLabel(each) || each !== each.toLowerCase());
  if (wrong !== undefined) return `'${wrong}' is no name of a namespace.`;
  if (Array.isArray(audience) && audience.length === 0) return 'Nobody may use the route: name a namespace, or all.';
  if (gateway !== undefined && !/^[a-z0-9]([-a-z0-9]*[a-z0-9])?\/[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(gateway))
    return `'${gateway}' is no gateway: write the namespace and the name of its Service, such as istio-system/istio-egressgateway.`;
  if (credential !== undefined && !/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(credential))
    return `'${credential}' is no name of a Secret.`;
  return undefined;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** Each ending in words: for somebody who is on call at night and does not know Envoy by heart. */
import { parseClusterName, PASSTHROUGH_CLUSTER } from '../trace/cluster-names.ts';
import type { Call, Hop } from '../trace/types.ts';
import type { Plane } from '../trace/plane.ts';
import type { Ending } from '../calls/endings.ts';
import { gatewayOf, sidecarNamespace } from '../calls/proxies.ts';
import { causesOf } from '../calls/relevant.ts';
import { receivedText } from '../calls/wire-text.ts';
import { statusText, whereText } from '../calls/symptom.ts';

/** What the caller sees and which proxy gives it, for one line: `404 at the egress gateway`. */
export function symptomText(ending: Ending): string {
  const { kind, at } = ending;
  if (kind === 'external' || kind === 'original-destination') {
    const gateways = ending.hops.flatMap((hop) => gatewayOf(hop) ?? []);
    const last = gateways.at(-1);
    return last ? `through ${last.namespace}/${last.name}` : 'not through a gateway';
  }
  if (kind === 'loop') return `goes round in circles at ${whereText(at).replace(/^at /, '')}`;
  if (kind === 'dynamic-dns') return `each request’s host is looked up in DNS ${whereText(at)}`;
  return `${statusText(ending)} ${whereText(at)}`;
}

/** Why, in one sentence without its full stop, for the proxy's own line. */
export function reasonText(plane: Plane, ending: Ending, call: Call): string {
  const { at, kind } = ending;
  const gateway = gatewayOf(at) !== undefined;
  const status = statusText(ending);
  const received = receivedText(at.received);
  switch (kind) {
    case 'external':
    case 'original-destination':
      return destinationText(ending);
    case 'refused':
      return `${status}: the outbound policy is REGISTRY_ONLY, and nothing that this client sees declares ${call.host}:${call.port}`;
    case 'no-cluster':
      return `${status}: ${missingCluster(ending)}`;
    case 'no-endpoints':
      return `${status}: ${clusterText(ending)} is known, and has no endpoint to send to`;
    case 'dynamic-dns':
      return `the proxy looks up the host of every request itself (resolution DYNAMIC_DNS)`;
    case 'redirect':
      return 'answers with a redirect itself: the call is not sent on, the client may call the other address';
    case 'direct-response':
      return `answers ${(at.action ?? '').replace('directResponse ', '')} itself: the call is not sent on`;
    case 'https-redirect':
      return `301 to https: its server sends plain HTTP away (tls.httpsRedirect)`;
    case 'no-listener':
      return `${status}: nothing listens on port ${at.port} there`;
    case 'no-filter-chain':
      return gateway
        ? `${status}: none of its servers on port ${at.port} has a rule that takes ${received}`
        : `${status}: no rule of its listener takes ${received}`;
    case 'multiple-filter-chains':
      return `${status}: two rules take ${received} equally well, and Envoy does not accept that`;
    case 'tls-error':
      return `${status}: its server on port ${at.port} expects TLS, and gets ${received}`;
    case 'mtls-error':
      return at.received[0]?.startsWith('mtls')
        ? `${status}: its server ends TLS with a certificate of its own, and gets the mesh’s mutual TLS`
        : `${status}: its server expects the mesh’s mutual TLS (ISTIO_MUTUAL), and gets ${received}`;
    case 'protocol-error':
      return `${status}: it reads HTTP on port ${at.port}, and gets ${received}`;
    case 'no-virtual-host':
      return `${status}: it has no routes for ${hostOf(at)}`;
    case 'no-route':
      return noRoute(plane, ending);
    case 'loop':
      return 'the same again, round and round: no rule for this call leads out';
  }
}

function destinationText({ cluster, at }: Ending): string {
  const endpoint = cluster?.endpoints?.[0];
  if (endpoint !== undefined) return endpoint;
  if (cluster?.name !== PASSTHROUGH_CLUSTER) return 'the address that the application called';
  return gatewayOf(at)
    ? 'where the connection came for'
    : 'the address that the application called, as nothing declares it';
}

function missingCluster(ending: Ending): string {
  const name = parseClusterName(ending.cluster?.name ?? '');
  if (!name) return 'its rule names no destination that exists';
  const namespace = gatewayOf(ending.at)?.namespace ?? sidecarNamespace(ending.at);
  const who = namespace ? `proxies in ${namespace}` : 'it';
  return name.subset === ''
    ? `no Service or ServiceEntry that ${who} can see has ${name.host}:${name.port}`
    : `no DestinationRule that ${who} can use defines subset ${name.subset} of ${name.host}:${name.port}`;
}

function clusterText({ cluster }: Ending): string {
  const name = parseClusterName(cluster?.name ?? '');
  if (!name) return 'its destination';
  return `${name.host}:${name.port}${name.subset === '' ? '' : ` subset ${name.subset}`}`;
}

function noRoute({ reader }: Plane, { at }: Ending): string {
  if (at.virtualHost?.startsWith('blackhole:')) {
    const gateways = causesOf(at).filter(({ kind }) => kind === 'Gateway');
    const isBound = gateways.some(({ namespace, name }) => reader.boundTo(`${namespace}/${name}`).length > 0);
    return isBound
      ? '404: no VirtualService bound to its Gateway has a host that its server takes'
      : '404: no VirtualService is bound to its Gateway';
  }
  return `404: no rule for ${hostOf(at)} takes this request (its path, method, headers, port or client)`;
}

/** The host that the proxy reads, where it reads one. */
function hostOf({ received }: Hop): string {
  const http = received.find((each) => each.startsWith('http '));
  const named = http ?? received.find((each) => each.includes(' '));
  return named ? named.slice(named.indexOf(' ') + 1) : 'the address';
}

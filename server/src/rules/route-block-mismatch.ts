/** A rule in a block that the port of its host is not served by. */
import type { ServiceEntryPort } from '../manifest/types.ts';
import { isApiRoute } from '../mesh/route-rules.ts';
import type { RouteRule } from '../mesh/virtual-service-rules.ts';
import { isHttp, isTls, type Protocol } from '../mesh/protocol.ts';
import { isVisible, servicesCovering } from '../trace/registry.ts';
import type { YamlEdit } from '../yaml/edits.ts';
import type { Fix } from './finding.ts';
import type { CallRule } from './rule.ts';
import { straightText } from './shared/bypass.ts';

export const rule: CallRule = {
  code: 'route-block-mismatch',
  title: 'Rule in the wrong block',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'call',
  ends: ['bypass'],
  explain(failure) {
    const { meant, outcome, plane } = failure;
    if (!meant?.leg) return undefined;
    const { host, port } = outcome.target;
    const seen = servicesCovering(plane, host).filter((each) => isVisible(plane, each, outcome.call.from.namespace));
    // Of several for a host, sidecars take that of their own namespace.
    const own = seen.filter((each) => each.namespace === outcome.call.from.namespace);
    const services = own.length > 0 ? own : seen;
    const found = services.flatMap((service) =>
      service.ports.filter(({ number }) => number === port).map(({ protocol }) => ({ service, protocol })),
    );
    const [first] = found;
    if (!first || found.some(({ protocol }) => serves(protocol, meant.leg?.block))) return undefined;
    const { block } = meant.leg;
    const written = meant.leg.matches.map((match) => match.port).find((each) => each?.value === port);
    const { source } = first.service;
    const entry =
      source?.resource.kind === 'ServiceEntry'
        ? source.resource.ports?.items.find((each) => each.number?.value === port)
        : undefined;
    const told = first.protocol === 'sniffed' ? 'without a protocol' : `as ${first.protocol}`;
    const api = isApiRoute(meant.route);
    const actors = api ? `${withArticle(meant.route.resource.kind)} does` : `\`${block}\` rules do`;
    return {
      path: meant.route.path,
      range: (written ?? meant.leg).range,
      cause: `${straightText(failure)}: port ${port} is declared ${told}, so ${actors} not act on it`,
      explanation: api ? '' : `Such ports take ${rulesFor(first.protocol)}.`,
      remedy: api ? apiRemedyFor(block, first.protocol) : remedyFor(block, first.protocol, port),
      related:
        source && entry
          ? [{ path: source.path, range: (entry.protocol ?? entry).range, message: `Declares port ${port} ${told}.` }]
          : [],
      fixes:
        source && entry && !source.context && !isPlainWeb(first.protocol, port)
          ? useProtocol(source.path, entry, block)
          : [],
    };
  },
  page: {
    what: 'A rule is in a block (`http`, `tls`, `tcp`) that does not fit the protocol of the port it is for, so sidecars ignore it.',
    why: 'An application that calls `https://` encrypts by itself: a sidecar sees TLS and can route it by server name only, with `tls` rules. `http` rules act on ports declared as HTTP, `tcp` rules on TCP.',
    symptom:
      'The rule has no effect: calls go straight out, or are refused under REGISTRY_ONLY. Matches of paths and headers are never looked at.',
    remedy: 'Move the rule into the block of the protocol, or correct the protocol of the port in the ServiceEntry.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: https, protocol: HTTP}
  resolution: DNS
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      tls: {mode: PASSTHROUGH}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-system/egress]
  tls:
    - match:
        - gateways: [mesh]
          port: 443
          sniHosts: [api.example.com]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 443}}
    - match:
        - gateways: [istio-system/egress]
          sniHosts: [api.example.com]
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: https, protocol: TLS}
  resolution: DNS
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      tls: {mode: PASSTHROUGH}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-system/egress]
  tls:
    - match:
        - gateways: [mesh]
          port: 443
          sniHosts: [api.example.com]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 443}}
    - match:
        - gateways: [istio-system/egress]
          sniHosts: [api.example.com]
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`,
    sources: [
      'https://istio.io/latest/docs/ops/common-problems/network-issues/',
      'https://github.com/istio/istio/issues/32755',
    ],
  },
};

type Block = RouteRule['block'];

/** Whether rules of a block act on a port of this protocol. A protocol that is found out on the wire is routed as HTTP or plain bytes. */
function serves(protocol: Protocol, block: Block | undefined): boolean {
  if (protocol === 'sniffed') return block !== 'tls';
  if (isHttp(protocol)) return block === 'http';
  return block === (isTls(protocol) ? 'tls' : 'tcp');
}

function rulesFor(protocol: Protocol): string {
  if (protocol === 'sniffed') return '`http` and `tcp` rules';
  if (isHttp(protocol)) return '`http` rules';
  return isTls(protocol) ? '`tls` rules' : '`tcp` rules';
}

function remedyFor(block: Block, protocol: Protocol, port: number): string {
  if (block === 'tls') return isPlainWeb(protocol, port) ? 'Make it an `http` rule.' : 'Declare it as `TLS`.';
  return isTls(protocol) ? 'Make it a `tls` rule.' : 'Correct the protocol, or the block.';
}

function apiRemedyFor(block: Block, protocol: Protocol): string {
  if (block === 'tls') return 'Declare it as `TLS`.';
  return isTls(protocol) ? 'Make it a TLSRoute.' : 'Correct the protocol, or use a VirtualService.';
}

function withArticle(kind: string): string {
  return kind.startsWith('H') ? `an ${kind}` : `a ${kind}`;
}

/** Port 80 is hardly encrypted. */
function isPlainWeb(protocol: Protocol, port: number): boolean {
  return port === 80 && isHttp(protocol);
}

/** A `tls` rule says that applications send TLS. Of other blocks that cannot be said: `http` for an encrypted port is the usual mistake. */
function useProtocol(path: string, { protocol, range }: ServiceEntryPort, block: Block): readonly Fix[] {
  if (block !== 'tls') return [];
  const edit: YamlEdit = protocol
    ? { kind: 'replace-scalar', range: protocol.range, value: 'TLS' }
    : { kind: 'set-key', range, key: 'protocol', value: 'TLS' };
  return [{ title: 'Declare the port as TLS', preferred: true, safety: 'review', edits: [{ path, edit }] }];
}

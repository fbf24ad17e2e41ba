/** A server name that no server and no rule of the gateway takes. */
import type { Fix } from './finding.ts';
import type { CallReport, CallRule, Failure } from './rule.ts';
import { hopRule, hopTls, neededName } from './shared/hop-tls.ts';
import { type Arrival, serverText } from './shared/gateway-arrival.ts';
import { diagnosed, type ProblemOf } from './shared/gateway-diagnosis.ts';
import { sentPlace, serverRelated } from './shared/gateway-place.ts';
import { matchIn } from './shared/match-in.ts';
import { names } from './shared/message.ts';

export const rule: CallRule = {
  code: 'server-name-not-taken',
  title: 'Server name not taken',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['no-filter-chain', 'no-listener'],
  explain(failure) {
    const found = diagnosed(failure, 'server-name', 'sni-hosts');
    if (!found) return undefined;
    const { arrival, problem } = found;
    return problem.kind === 'server-name' ? ofHop(failure, arrival, problem) : ofRule(failure, arrival, problem);
  },
  page: {
    what: 'The server name (SNI) with which a connection comes to the gateway is none that a server, or a `tls` rule, of the gateway takes.',
    why: 'The hosts of a TLS server, unless they are `*`, are the server names that it takes. With `ISTIO_MUTUAL` a sidecar sends the `sni` of the DestinationRule; without one it sends `outbound_.PORT_.SUBSET_.HOST` of the gateway’s Service, which is no host of a server. On a PASSTHROUGH server the `sniHosts` of the rule decide.',
    symptom: 'The connection is reset; in the access log of the gateway NR filter_chain_not_found.',
    remedy: 'Set `sni` in the DestinationRule to a host of the server, one subset for each host.',
    bad: example(''),
    good: example('\n          sni: api.example.com'),
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings',
      'istio/istio: pilot/pkg/networking/core/gateway.go',
    ],
  },
};

function ofHop(failure: Failure, arrival: Arrival, { server }: ProblemOf<'server-name'>): CallReport {
  const applied = hopRule(arrival, failure.mesh);
  const written = applied && hopTls(arrival, applied);
  const [outer = ''] = arrival.at.received;
  const name = outer.split(' ')[1] ?? '';
  const automatic = name.startsWith('outbound_.');
  const sent = name === '' ? 'none' : automatic ? `\`${name.slice(0, name.indexOf('_.', 10))}_…\`` : `\`${name}\``;
  const place =
    applied && written
      ? { path: applied.path, range: (written.tls.sni ?? written.tls.mode ?? written.tls).range }
      : sentPlace(arrival, failure);
  const needed = neededName(server, failure.outcome.call.host);
  const takes = names(server.hosts.map((each) => each.slice(each.indexOf('/') + 1)));
  const fixes: readonly Fix[] =
    needed === undefined || !applied || !written || applied.context
      ? []
      : [
          {
            title: `Send server name ${needed}`,
            preferred: true,
            safety: 'review',
            edits: [
              { path: applied.path, edit: { kind: 'set-key', range: written.tls.range, key: 'sni', value: needed } },
            ],
          },
        ];
  return {
    ...place,
    cause: `server ${serverText(server)} takes the server names ${takes}, and sidecars send ${sent}`,
    remedy:
      needed === undefined
        ? 'Set an `sni` that it takes.'
        : written?.tls.sni
          ? 'Correct `sni`.'
          : `Add \`sni: ${needed}\`.`,
    related: serverRelated(server, 'The server that calls come to.'),
    fixes,
  };
}

function ofRule(
  { mesh, outcome }: Failure,
  { at }: Arrival,
  { match, leg, server }: ProblemOf<'sni-hosts'>,
): CallReport {
  const written = matchIn(leg.routes.source, match.range, mesh);
  const list = written && 'sniHosts' in written.match ? written.match.sniHosts : undefined;
  const [outer = ''] = at.received;
  const name = outer.split(' ')[1] ?? outcome.call.host;
  const { path, context } = written?.object ?? leg.routes.source;
  return {
    path,
    range: (list ?? match).range,
    cause: `no \`tls\` rule of server ${serverText(server)} takes server name \`${name}\`; this one takes ${names(match.sniHosts)}`,
    remedy: 'Add it to `sniHosts`.',
    related: serverRelated(server, 'The server that calls come to.'),
    fixes:
      list && !context
        ? [
            {
              title: `Add ${name} to sniHosts`,
              preferred: true,
              safety: 'review',
              edits: [{ path, edit: { kind: 'append-item', range: list.range, value: name } }],
            },
          ]
        : [],
  };
}

function example(sni: string): string {
  return `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: istio-egressgateway
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [api.example.com]
      tls: {mode: ISTIO_MUTUAL}
# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: egress
  namespace: istio-system
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: api
      trafficPolicy:
        tls:
          mode: ISTIO_MUTUAL${sni}
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-egressgateway]
  http:
    - match:
        - {gateways: [mesh], port: 80}
      route:
        - destination:
            host: istio-egressgateway.istio-system.svc.cluster.local
            subset: api
            port: {number: 443}
    - match:
        - {gateways: [istio-egressgateway], port: 443}
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`;
}

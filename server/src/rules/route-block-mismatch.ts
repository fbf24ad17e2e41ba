/** A rule in a block that the port of its host is not served by. */
import type { Field } from '../manifest/types.ts';
import { wildcardsOver } from '../mesh/hosts.ts';
import { isHttp, isTls, type Protocol } from '../trace/protocol.ts';
import { servicesOfHost } from '../trace/registry.ts';
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
    const services = [host, ...wildcardsOver(host)].flatMap((each) => servicesOfHost(plane, each));
    const found = services.flatMap((service) =>
      service.ports.filter(({ number }) => number === port).map(({ protocol }) => ({ service, protocol })),
    );
    const [first] = found;
    const block = first && blockOf(first.protocol);
    if (
      !first ||
      !block ||
      block === meant.leg.block ||
      found.some((each) => blockOf(each.protocol) === meant.leg?.block)
    )
      return undefined;
    const written = meant.leg.matches
      .map((match) => (match as { readonly port?: Field<number> }).port)
      .find((each) => each?.value === port);
    const source = first.service.source;
    const entry =
      source?.resource.kind === 'ServiceEntry'
        ? source.resource.ports?.items.find((each) => each.number?.value === port)
        : undefined;
    return {
      path: meant.route.path,
      range: (written ?? meant.leg).range,
      cause: `${straightText(failure)}: port ${port} is declared as ${first.protocol}, which sidecars route by \`${block}\` rules, and this is a \`${meant.leg.block}\` rule`,
      remedy:
        block === 'tls'
          ? 'Make it a `tls` rule with `sniHosts`.'
          : `Make it ${block === 'http' ? 'an' : 'a'} \`${block}\` rule, or correct the protocol.`,
      related:
        source && entry
          ? [
              {
                path: source.path,
                range: (entry.protocol ?? entry).range,
                message: `Declares port ${port} as ${first.protocol}.`,
              },
            ]
          : [],
    };
  },
  page: {
    what: 'A rule is in a block (`http`, `tls`, `tcp`) that does not fit the protocol of the port it is for, so sidecars ignore it.',
    why: 'An application that calls `https://` encrypts by itself: a sidecar sees TLS and can route it by server name only, with `tls` rules. `http` rules act on ports declared as HTTP, `tcp` rules on TCP.',
    symptom:
      'The rule has no effect: calls go straight out, or are refused under REGISTRY_ONLY. Matches of paths and headers are never looked at.',
    remedy: 'Move the rule into the block of the protocol, or correct the protocol of the port in the ServiceEntry.',
    sources: [
      'https://istio.io/latest/docs/ops/common-problems/network-issues/',
      'https://github.com/istio/istio/issues/32755',
    ],
  },
};

/** Undefined for protocols that every block may serve. */
function blockOf(protocol: Protocol): 'http' | 'tls' | 'tcp' | undefined {
  if (protocol === 'sniffed') return undefined;
  if (isHttp(protocol)) return 'http';
  return isTls(protocol) ? 'tls' : 'tcp';
}

import type { Obj } from '../object.ts';
import { compact, compactBoth } from '../optional.ts';
import type { OutboundTrafficPolicy, ResourceBase, Sidecar } from '../types.ts';
import { readDestination, readServerPort, workloadLabels } from './shared.ts';

/** `networking.istio.io` Sidecar. */
export function readSidecar(base: ResourceBase, spec: Obj): Sidecar {
  const policy = spec.object('outboundTrafficPolicy');
  return compactBoth(base, {
    kind: 'Sidecar' as const,
    workloadSelector: workloadLabels(spec),
    egress: spec.list('egress', (each) => {
      const port = each.object('port');
      return compact({
        range: each.range,
        port: port && readServerPort(port),
        bind: each.string('bind'),
        captureMode: each.constant('captureMode'),
        hosts: each.strings('hosts'),
      });
    }),
    ingress: spec.list('ingress', (each) => ({ range: each.range })),
    outboundTrafficPolicy: policy && outboundPolicy(policy),
  });
}

function outboundPolicy(o: Obj): OutboundTrafficPolicy {
  const proxy = o.object('egressProxy');
  return compact({ range: o.range, mode: o.constant('mode'), egressProxy: proxy && readDestination(proxy) });
}

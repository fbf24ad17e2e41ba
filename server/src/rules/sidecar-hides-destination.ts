/** A destination that a Sidecar resource keeps from the sidecars that must send to it. */
import { isVisible, servicesOfHost } from '../trace/registry.ts';
import { serviceInScope } from '../trace/scope-services.ts';
import type { CallRule } from './rule.ts';
import { clusterOf, destinationOf, hostText, proxiesText, proxyOf } from './shared/failing-proxy.ts';
import { sidecarImport } from './shared/sidecar-import.ts';

export const rule: CallRule = {
  code: 'sidecar-hides-destination',
  title: 'Destination not imported by the Sidecar',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['no-cluster'],
  explain(failure) {
    const cluster = clusterOf(failure);
    const proxy = proxyOf(failure);
    if (!cluster || proxy?.scope.kind !== 'sidecar' || !proxy.scope.sidecar) return undefined;
    const inScope = serviceInScope(failure.plane, proxy.scope, cluster.host);
    if (inScope?.ports.some(({ number }) => number === cluster.port)) return undefined;
    const declared = servicesOfHost(failure.plane, cluster.host).find(
      (each) =>
        each.ports.some(({ number }) => number === cluster.port) && isVisible(failure.plane, each, proxy.namespace),
    );
    if (!declared) return undefined;
    const host = hostText(cluster.host, failure.mesh.settings.clusterDomain);
    const written = destinationOf(failure);
    const related = written
      ? [
          {
            path: written.source.path,
            range: (written.destination.host ?? written.destination).range,
            message: 'Sends there.',
          },
        ]
      : [];
    return {
      ...sidecarImport(proxy.scope.sidecar, declared),
      cause: `the Sidecar of ${proxiesText(failure)} does not import ${host}:${cluster.port}`,
      remedy: `Add \`${declared.namespace}/${declared.hostname}\` to its egress hosts.`,
      related,
    };
  },
  page: {
    what: 'A Sidecar resource does not import the destination of a route, so the sidecars have no cluster for it.',
    why: 'With a Sidecar, a proxy is given only what `egress[].hosts` lists. To go through an egress gateway a client needs three things: the VirtualService of the host, the ServiceEntry, and the Service of the gateway.',
    symptom: 'Only namespaces with a Sidecar fail: HTTP calls get 503 NC, TLS and TCP connections are reset.',
    remedy: "Add the gateway's namespace and the ServiceEntry's namespace and host to `egress[].hosts`.",
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/sidecar/',
      'https://github.com/istio/istio/issues/12237',
    ],
  },
};

/** A route to an egress gateway that a Sidecar resource keeps from its clients. */
import { wildcardsOver } from '../mesh/hosts.ts';
import { isVisible, servicesOfHost } from '../trace/registry.ts';
import { serviceInScope } from '../trace/scope-services.ts';
import type { CallRule } from './rule.ts';
import { straightText } from './shared/bypass.ts';
import { proxyOf } from './shared/failing-proxy.ts';
import { sidecarImport } from './shared/sidecar-import.ts';

export const rule: CallRule = {
  code: 'sidecar-hides-route',
  title: 'Route not imported by the Sidecar',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'call',
  ends: ['bypass'],
  explain(failure) {
    const { meant, outcome, plane } = failure;
    const proxy = proxyOf(failure);
    if (!meant || proxy?.scope.kind !== 'sidecar' || !proxy.scope.sidecar) return undefined;
    const { host, port } = outcome.target;
    const { scope, namespace } = proxy;
    const declared = [host, ...wildcardsOver(host)]
      .flatMap((each) => servicesOfHost(plane, each))
      .find((each) => each.ports.some(({ number }) => number === port) && isVisible(plane, each, namespace));
    const inScope = declared && serviceInScope(plane, scope, declared.hostname);
    const missing =
      declared && !inScope
        ? { namespace: declared.namespace, hostname: declared.hostname }
        : { namespace: meant.route.namespace ?? '.', hostname: host };
    const { resource, path } = meant.route;
    return {
      ...sidecarImport(proxy.scope.sidecar, missing),
      cause: `${straightText(failure)}, because their Sidecar does not import ${declared && !inScope ? 'the host' : 'its VirtualService'}`,
      remedy: `Add \`${missing.namespace}/${missing.hostname}\` to its egress hosts.`,
      related: [{ path, range: resource.name.range, message: 'Sends the host to the egress gateway.' }],
    };
  },
  page: {
    what: "A Sidecar resource does not import a host, or its VirtualService, so its clients' calls do not go to the egress gateway.",
    why: 'With a Sidecar, a proxy is given only what `egress[].hosts` lists, VirtualServices among it: an entry must name their namespace and host.',
    symptom:
      'Only namespaces with a Sidecar are concerned: their calls go straight out, or are refused where the Sidecar or the mesh says REGISTRY_ONLY.',
    remedy:
      "Add the ServiceEntry's and the VirtualService's namespace with the host to `egress[].hosts`, and the namespace of the gateway's Service.",
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/sidecar/',
      'https://github.com/istio/istio/issues/13319',
    ],
  },
};

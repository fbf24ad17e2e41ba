/** A routed host that no ServiceEntry declares, so that sidecars do not look at the route. */
import { servicesOfHost } from '../trace/registry.ts';
import { wildcardsOver } from '../mesh/hosts.ts';
import type { CallRule } from './rule.ts';
import { straightText } from './shared/bypass.ts';

export const rule: CallRule = {
  code: 'host-not-declared',
  title: 'Host without a ServiceEntry',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'call',
  ends: ['bypass'],
  explain(failure) {
    const { meant, outcome, plane } = failure;
    if (!meant) return undefined;
    const { host, port } = outcome.target;
    const names = [host, ...wildcardsOver(host)];
    if (names.some((each) => servicesOfHost(plane, each).length > 0)) return undefined;
    const { resource, path } = meant.route;
    const written = resource.hosts?.items.find(({ value }) => value !== undefined && names.includes(value));
    return {
      path,
      range: (written ?? resource.hosts ?? resource.name).range,
      cause: `${straightText(failure)}: no ServiceEntry declares the host, and without one sidecars use routes on port 80 only`,
      remedy: `Add a ServiceEntry with port ${port}.`,
      elsewhere: `ServiceEntry ${host}`,
    };
  },
  page: {
    what: 'A VirtualService sends a host to an egress gateway, but no ServiceEntry declares the host, so sidecars do not look at the route.',
    why: 'A sidecar listens only on ports that the registry knows. `tls` and `tcp` rules act only on ports that a ServiceEntry or Service of the host declares; `http` rules act on such ports and on port 80.',
    symptom:
      'Under ALLOW_ANY calls succeed and do not go through the gateway; under REGISTRY_ONLY they are reset or get 502. The gateway, too, has no cluster for the host.',
    remedy: 'Add a ServiceEntry with the host, and with every port that applications call.',
    sources: [
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/',
      'https://github.com/istio/istio/issues/30808',
    ],
  },
};

/** A host that an egress gateway would send on, while nothing makes sidecars send it there. */
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { boundGateways } from '../mesh/virtual-service-rules.ts';
import type { CallRule } from './rule.ts';
import { straightText } from './shared/bypass.ts';

export const rule: CallRule = {
  code: 'mesh-leg-missing',
  title: 'No mesh leg',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'call',
  ends: ['bypass'],
  explain(failure) {
    const { meant } = failure;
    if (!meant) return undefined;
    const { resource, path } = meant.route;
    if (!meant.leg)
      return {
        path,
        range: (resource.gateways ?? resource.name).range,
        cause: `${straightText(failure)}, because no VirtualService for \`mesh\` sends them to the gateway`,
        remedy: "Add `mesh` and a rule that sends to the gateway's Service.",
      };
    if (!boundGateways(meant.route).has(MESH_GATEWAY) || meant.leg.gateways.has(MESH_GATEWAY)) return undefined;
    const named = meant.leg.matches.flatMap((match) => (match.gateways ? [match.gateways] : []));
    const [only] = named;
    return {
      path,
      range: (only ?? meant.leg).range,
      cause: `${straightText(failure)}, because the rule that sends to the gateway does not act for \`mesh\``,
      remedy: 'Write `gateways: [mesh]` in its match.',
    };
  },
  page: {
    what: 'An egress gateway has a rule that sends a host on, but no rule makes sidecars send the host to the gateway.',
    why: 'Going through an egress gateway takes two rules: one for `mesh` that sends to the Service of the gateway, and one for the gateway that sends to the outside. With the second alone, calls go straight out.',
    symptom: 'Calls succeed and do not go through the egress gateway: its access log stays empty.',
    remedy: "Bind the VirtualService to `mesh` too, with a rule that sends to the gateway's Service.",
    sources: ['https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/'],
  },
};

/** Calls that the YAML means to go through an egress gateway and that go past it, where no other rule knows why. */
import type { VirtualService } from '../manifest/types.ts';
import { objectOf } from '../calls/relevant.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { titleOf } from '../trace/plane.ts';
import type { CallRule, Failure } from './rule.ts';
import { straightText } from './shared/bypass.ts';
import { qualified } from './shared/message.ts';

export const rule: CallRule = {
  code: 'gateway-bypassed',
  title: 'Egress gateway bypassed',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'call',
  turn: 'last',
  ends: ['bypass'],
  explain(failure) {
    const { meant } = failure;
    if (!meant) return undefined;
    const { resource, path } = meant.route;
    const place = { path, range: (meant.leg ?? resource.hosts ?? resource.name).range };
    const other = deciding(failure);
    if (other && titleOf(other) !== titleOf(meant.route))
      return {
        ...place,
        range: resource.name.range,
        cause: `${straightText(failure)}, because VirtualService \`${qualified(other.namespace, other.resource.name.value ?? '')}\` goes first for them`,
        remedy: 'Keep one for the host.',
        related: [{ path: other.path, range: other.resource.name.range, message: 'Sends them straight out.' }],
      };
    return {
      ...place,
      cause: `${straightText(failure)}: no rule that sends to the gateway takes them`,
      remedy: 'Trace the call to see what decides.',
    };
  },
  page: {
    what: 'Calls that a VirtualService means to go through an egress gateway go straight out.',
    why: 'Sidecars do not merge VirtualServices: of several for a host, one counts. And a rule takes only calls that fit its port, server names and addresses.',
    symptom: 'Calls succeed and do not go through the egress gateway: its access log stays empty.',
    remedy: 'Trace the call: it names what decides.',
    sources: ['https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services'],
  },
};

/** The VirtualService by which the sidecar decided. */
function deciding({ outcome: { ending }, mesh }: Failure): MeshObject<VirtualService> | undefined {
  const cause = ending.hops[0].because.find(({ kind }) => kind === 'VirtualService');
  // Looked up by its kind, so it is one.
  return cause && (objectOf(mesh, cause) as MeshObject<VirtualService> | undefined);
}

/** Weights that change nothing, and destinations that are there twice. */
import type { RouteDestination, VirtualService } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { rulesOnce } from '../mesh/virtual-service-rules.ts';
import type { MeshRule, Report } from './rule.ts';
import { message } from './shared/message.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'route-weight-ignored',
  title: 'Weight that changes nothing',
  kind: 'fault',
  severity: 'hint',
  covers: ['KIA1104', 'KIA1105'],
  subject: 'VirtualService',
  *check(subject, mesh) {
    for (const { destinations } of rulesOnce(mesh, subject)) {
      const [only, ...others] = destinations;
      if (only && others.length === 0) yield* onlyOne(subject, only);
      else yield* repeated(subject, destinations);
    }
  },
  page: {
    what: 'The weight of an only destination, or a destination that a rule has twice.',
    why: 'Weights share calls out among several destinations. One destination gets all calls, whatever its weight, even 0.',
    symptom: 'None: calls are not shared out as the text says.',
    remedy: 'Leave the weight out, or add the destination that is missing.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
          weight: 50
`,
    good: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination',
      'istio/istio: pilot/pkg/networking/core/route/route.go',
    ],
  },
};

function* onlyOne({ path }: MeshObject<VirtualService>, { weight, range }: RouteDestination): Iterable<Report> {
  if (weight?.value === undefined || weight.value === 100) return;
  yield {
    range: weight.range,
    message: message(
      `The weight ${weight.value} has no effect: this is the only destination and gets every call.`,
      '',
      'Leave it out, or add the others.',
    ),
    fixes: [
      {
        title: 'Remove the weight',
        preferred: true,
        safety: 'safe',
        edits: [{ path, edit: { kind: 'remove-key', range, key: 'weight' } }],
      },
    ],
  };
}

function* repeated({ path }: MeshObject<VirtualService>, destinations: readonly RouteDestination[]): Iterable<Report> {
  const seen = new Map<string, RouteDestination>();
  for (const each of destinations) {
    const { host, subset, port } = each.destination ?? {};
    if (host?.value === undefined || (subset && subset.value === undefined) || (port && port.value === undefined))
      continue;
    // Other headers make it another way.
    if (each.headers) continue;
    const key = `${host.value} ${subset?.value ?? ''} ${port?.value ?? ''}`;
    const first = seen.get(key);
    if (!first) {
      seen.set(key, each);
      continue;
    }
    yield {
      range: host.range,
      message: message(
        `This destination is in the rule twice: \`${host.value}\`${subset?.value ? `, subset \`${subset.value}\`` : ''}.`,
        'Its weights add up.',
        'Is another one meant?',
      ),
      related: [{ path, range: first.destination?.host?.range ?? first.range, message: 'The first one.' }],
    };
  }
}

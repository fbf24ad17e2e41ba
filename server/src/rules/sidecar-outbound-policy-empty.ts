/** An outbound policy without a mode. */
import type { MeshRule } from './rule.ts';
import { message } from './shared/message.ts';

export const rule: MeshRule<'Sidecar'> = {
  code: 'sidecar-outbound-policy-empty',
  title: 'Outbound policy without a mode',
  kind: 'fault',
  severity: 'hint',
  covers: ['KIA1007'],
  subject: 'Sidecar',
  *check(subject) {
    const { outboundTrafficPolicy: policy } = subject.resource;
    if (!policy || policy.mode || policy.egressProxy) return;
    yield {
      range: policy.range,
      message: message(
        'Without a mode this means REGISTRY_ONLY: calls to hosts that no ServiceEntry has are refused (502, reset).',
        '',
        'Write the mode that is meant.',
      ),
      fixes: [
        {
          title: 'Write mode: REGISTRY_ONLY',
          preferred: false,
          safety: 'safe',
          edits: [
            { path: subject.path, edit: { kind: 'set-key', range: policy.range, key: 'mode', value: 'REGISTRY_ONLY' } },
          ],
        },
      ],
    };
  },
  page: {
    what: 'A Sidecar has an `outboundTrafficPolicy` without a mode.',
    why: "The first constant of the mode is REGISTRY_ONLY, so an empty policy means that. Without the policy the mesh's counts, which is ALLOW_ANY unless told otherwise.",
    symptom: 'Calls to hosts that nothing declares fail, though nobody asked for it.',
    remedy: 'Write the mode, or leave the policy out.',
    bad: `# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: team-a}
spec:
  outboundTrafficPolicy: {}
`,
    good: `# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: team-a}
spec:
  outboundTrafficPolicy: {mode: REGISTRY_ONLY}
`,
    sources: ['https://istio.io/latest/docs/reference/config/networking/sidecar/#OutboundTrafficPolicy'],
  },
};

/** A gateway name that no Gateway can have. */
import { quoted } from '../schema/names.ts';
import type { Fix } from './finding.ts';
import type { MeshRule } from './rule.ts';
import { correctedGatewayName, isValidGatewayName } from './shared/gateway-name-form.ts';
import { type GatewayUse, listedGateways, matchedGateways } from './shared/gateway-uses.ts';
import { places } from './shared/message.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'gateway-name-invalid',
  title: 'Gateway name that nothing can have',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0106'],
  subject: 'VirtualService',
  accountsFor: ['no-route', 'no-virtual-host', 'no-listener', 'no-filter-chain', 'bypass'],
  *check(subject) {
    const invalid = [...listedGateways(subject), ...matchedGateways(subject)].filter(
      (use) => !isValidGatewayName(use.written),
    );
    for (const written of new Set(invalid.map((use) => use.written))) {
      const [first, ...again] = invalid.filter((use) => use.written === written);
      if (!first) continue;
      const meant = correctedGatewayName(written);
      const remedy = meant === undefined ? 'Write `namespace/name`, or `mesh`.' : `Use \`${meant}\`.`;
      yield {
        range: first.field.range,
        message: `Rejected, or bound to nothing: no Gateway can be called ${quoted(written)}. ${reason(written)} ${remedy}`,
        related: again.map(({ field }) => ({
          path: subject.path,
          range: field.range,
          message: 'The same name here.',
        })),
        fixes: meant === undefined ? [] : [fix(subject.path, meant, [first, ...again])],
      };
    }
  },
  page: {
    what: 'A name under `gateways` that no Gateway can have: with blanks, an empty part, `./`, `*`, or other characters.',
    why: 'Istio compares gateway names as they are written and trims nothing. Each part must be a DNS label: letters, digits and dashes. Its webhook rejects such names, but stops looking after the first name without a slash, so some get through and are bound to nothing.',
    symptom:
      '`kubectl apply` fails with `invalid value for gateway name`; or the VirtualService is accepted and the gateway answers 404.',
    remedy: 'Write `namespace/name`, the name alone for the own namespace, or `mesh` for the sidecars.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  gateways: [mesh, "istio-system/ egress"]
  http:
    - route:
        - destination: {host: api.example.com}
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
`,
    good: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  gateways: [mesh, "istio-system/egress"]
  http:
    - route:
        - destination: {host: api.example.com}
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService',
      'istio/istio: pkg/config/validation/virtualservice.go',
    ],
  },
};

function reason(written: string): string {
  return /\s/.test(written) ? 'Istio trims nothing.' : 'A name has letters, digits and dashes.';
}

function fix(path: string, meant: string, uses: readonly GatewayUse[]): Fix {
  return {
    title: `Use ${meant}${places(uses.length)}`,
    preferred: true,
    safety: 'safe',
    edits: uses.map(({ field }) => ({
      path,
      edit: { kind: 'replace-scalar', range: field.range, value: meant },
    })),
  };
}

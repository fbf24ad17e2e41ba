/** A Gateway that a VirtualService is bound to, and that is not there. */
import type { Gateway, VirtualService } from '../manifest/types.ts';
import { type GatewayLookup, lookupGateway } from '../mesh/gateway-lookup.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { Fix, Related } from './finding.ts';
import type { MeshRule, Report } from './rule.ts';
import { isValidGatewayName } from './shared/gateway-name-form.ts';
import { type GatewayUse, listedGateways, matchedGateways } from './shared/gateway-uses.ts';
import { message, places, qualified } from './shared/message.ts';
import { gatewayWord, withoutRoute } from './shared/route-words.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'gateway-not-found',
  title: 'Gateway not found',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0101', 'KIA1102'],
  subject: 'VirtualService',
  accountsFor: ['no-route', 'no-virtual-host', 'no-listener', 'no-filter-chain', 'bypass'],
  *check(subject, mesh) {
    const seen = new Set<string>([MESH_GATEWAY]);
    for (const use of listedGateways(subject)) {
      if (seen.has(use.key) || !isValidGatewayName(use.written)) continue;
      seen.add(use.key);
      const lookup = lookupGateway(mesh, use.gateway, subject.namespace);
      const report = isMiswrittenMesh(use, lookup)
        ? miswrittenMesh(subject, use)
        : reportOn(subject, mesh, use, lookup);
      if (report) yield report;
    }
  },
  page: {
    what: 'A VirtualService is bound to a Gateway that does not exist.',
    why: 'A name under `gateways` without a namespace means the namespace of the VirtualService itself, not the one where the gateway runs. Nothing reports the difference: Istio simply programs no route for that gateway. The name `mesh`, in lower case, is reserved for the sidecars.',
    symptom:
      'Calls reach the egress gateway and are answered with 404 there (access log: `NR`, route_not_found); TLS and TCP connections are reset. `istioctl proxy-config routes` of the gateway shows only `blackhole`.',
    remedy:
      'Write the namespace of the Gateway before its name, in `spec.gateways` and in every `match[].gateways`. If the Gateway is kept in another repository, name it under `external` in `.istio-egress.yaml`.',
    bad: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: istio-egressgateway
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways:
    - mesh
    - istio-egressgateway
  http:
    - match:
        - gateways: [mesh]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [istio-egressgateway]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`,
    good: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: istio-egressgateway
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways:
    - mesh
    - istio-system/istio-egressgateway
  http:
    - match:
        - gateways: [mesh]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [istio-system/istio-egressgateway]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`,
    sources: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService'],
  },
};

function reportOn(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  use: GatewayUse,
  lookup: GatewayLookup,
): Report | undefined {
  if (lookup.status === 'found' || (lookup.status === 'unknowable' && !lookup.meant)) return undefined;
  const { meant } = lookup;
  const range = use.field.range;
  const looked = qualified(use.gateway.namespace, use.gateway.name);
  const again = matchedGateways(subject).filter((each) => each.key === use.key);
  const replacement = meant && nameFor(meant, subject, use);
  const related: readonly Related[] = [
    ...(meant
      ? [{ path: meant.path, range: meant.resource.name.range, message: 'The Gateway that is probably meant.' }]
      : []),
    ...again.map((each) => ({
      path: subject.path,
      range: each.field.range,
      message: replacement ? 'The same name here; the fix changes both.' : 'The same name here.',
    })),
  ];
  const elsewhere = `Gateway ${looked}`;
  const fixes = replacement === undefined ? [] : [rename(subject.path, replacement, [use, ...again])];
  if (lookup.status === 'unknowable') {
    const cause = `Gateway \`${looked}\` is not in this workspace.`;
    const guess = replacement === undefined ? '' : `Is \`${replacement}\` meant?`;
    const text = message(cause, '', guess);
    return { range, severity: 'hint', message: text, related, fixes: fixes.map(notPreferred), elsewhere };
  }
  const symptom = `${withoutRoute(subject, use.key)} at the ${gatewayWord(subject, mesh)}`;
  const foreign = meant !== undefined && meant.namespace !== subject.namespace;
  const own =
    use.gateway.form === 'short' && foreign ? "A name without a namespace means the VirtualService's own." : '';
  const remedy = replacement === undefined ? 'Create it, or correct the name.' : `Use \`${replacement}\`.`;
  return {
    range,
    message: message(`${symptom}: Gateway \`${looked}\` does not exist.`, own, remedy),
    related,
    fixes,
    elsewhere,
  };
}

/** The shortest form that is right here, in the style that is written. */
function nameFor(meant: MeshObject<Gateway>, subject: MeshObject<VirtualService>, use: GatewayUse): string | undefined {
  const name = meant.resource.name.value;
  if (name === undefined || meant.namespace === undefined) return undefined;
  const short = use.gateway.form === 'short' && meant.namespace === subject.namespace;
  return short ? name : `${meant.namespace}/${name}`;
}

function rename(path: string, replacement: string, uses: readonly GatewayUse[]): Fix {
  return {
    title: `Use ${replacement}${places(uses.length)}`,
    preferred: true,
    safety: 'safe',
    edits: uses.map(({ field }) => ({
      path,
      edit: { kind: 'replace-scalar', range: field.range, value: replacement },
    })),
  };
}

function notPreferred(fix: Fix): Fix {
  return { ...fix, preferred: false };
}

/** `Mesh` can name no Gateway, because names are lower case; `namespace/mesh` can, but hardly means one. */
function isMiswrittenMesh({ gateway }: GatewayUse, { status }: GatewayLookup): boolean {
  return gateway.name.toLowerCase() === MESH_GATEWAY && status !== 'found';
}

function miswrittenMesh(subject: MeshObject<VirtualService>, use: GatewayUse): Report {
  const again = matchedGateways(subject).filter((each) => each.key === use.key);
  return {
    range: use.field.range,
    message: `No sidecar uses this route: \`${use.written}\` names a Gateway that is not here; sidecars are meant only by \`mesh\` alone, in lower case. Use \`mesh\`.`,
    related: again.map(({ field }) => ({
      path: subject.path,
      range: field.range,
      message: 'The same name here; the fix changes both.',
    })),
    fixes: [rename(subject.path, MESH_GATEWAY, [use, ...again])],
  };
}

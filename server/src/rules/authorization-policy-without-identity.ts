/** Policies that ask for identities where a gateway sees none. */
import type { AuthorizationPolicy, Gateway, GatewayServer } from '../manifest/types.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { MeshRule } from './rule.ts';
import { message, qualified } from './shared/message.ts';

export const rule: MeshRule<'AuthorizationPolicy'> = {
  code: 'authorization-policy-without-identity',
  title: 'Policy by identity where there is none',
  kind: 'fault',
  severity: 'hint',
  covers: [],
  subject: 'AuthorizationPolicy',
  *check(subject, mesh) {
    const { identities, ports } = subject.resource;
    const [first] = identities ?? [];
    if (!first) return;
    const gateways = gatewaysOf(subject, mesh);
    const servers = gateways
      .flatMap((gateway) => (gateway.resource.servers?.items ?? []).map((server) => ({ gateway, server })))
      .filter(({ server }) => !ports || ports.includes(String(server.port?.number?.value)));
    const [shown] = servers;
    if (!shown || !servers.every(({ server }) => isPassthrough(server))) return;
    const { gateway, server } = shown;
    yield {
      range: first.range,
      message: message(
        `\`${first.value}\` is never known here: Gateway \`${qualified(gateway.namespace, gateway.resource.name.value ?? '')}\` passes TLS through and does not see who calls.`,
        '',
        'Use `connection.sni`, or ISTIO_MUTUAL between the proxies.',
      ),
      related: [{ path: gateway.path, range: (server.tls ?? server).range, message: 'Passes TLS through.' }],
    };
  },
  page: {
    what: 'An AuthorizationPolicy for the pods of a gateway asks for principals or namespaces, and the gateway passes TLS through.',
    why: 'Who calls is told by the certificate of mutual TLS between sidecar and gateway. A server with `mode: PASSTHROUGH` ends no TLS: it sees the server name and the address of the caller, and nothing else.',
    symptom: 'An ALLOW policy refuses every call (the connection is closed), a DENY policy none.',
    remedy:
      'Ask for `connection.sni` or `ipBlocks`; or give the server `protocol: TLS` and `mode: ISTIO_MUTUAL`, and route it with `tcp` rules.',
    bad: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      hosts: [api.example.com]
      tls: {mode: PASSTHROUGH}
# -- policy.yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: api, namespace: istio-system}
spec:
  selector:
    matchLabels: {istio: egressgateway}
  rules:
    - from:
        - source:
            principals: [cluster.local/ns/team-a/sa/web]
`,
    good: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      hosts: [api.example.com]
      tls: {mode: PASSTHROUGH}
# -- policy.yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: api, namespace: istio-system}
spec:
  selector:
    matchLabels: {istio: egressgateway}
  rules:
    - when:
        - {key: connection.sni, values: [api.example.com]}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/security/authorization-policy/#Source',
      'https://github.com/istio/istio/issues/46591',
    ],
  },
};

/** The Gateways for the same pods: their selector and the policy's agree. */
function gatewaysOf({ resource }: MeshObject<AuthorizationPolicy>, mesh: MeshReader): readonly MeshObject<Gateway>[] {
  const labels = resource.selector?.value ?? {};
  const found = Object.entries(labels).flatMap(([label, value]) => mesh.labelled('Gateway', label, value));
  return [...new Set(found)].filter((each) => {
    const selector = Object.entries(each.resource.selector?.value ?? {});
    return selector.every(([label, value]) => labels[label] === undefined || labels[label] === value);
  });
}

function isPassthrough({ port, tls }: GatewayServer): boolean {
  const protocol = port?.protocol?.value?.toUpperCase();
  if (protocol !== 'TLS' && protocol !== 'HTTPS') return false;
  return !tls?.mode || tls.mode.value === 'PASSTHROUGH';
}

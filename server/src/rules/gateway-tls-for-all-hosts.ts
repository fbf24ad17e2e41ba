/** TLS toward an egress gateway that is meant for one host and holds for all. */
import type { DestinationRule, Gateway, GatewayServer } from '../manifest/types.ts';
import { resolveShortHost, serviceOfHost } from '../mesh/hosts.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { MeshRule } from './rule.ts';
import { message, names } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'DestinationRule'> = {
  code: 'gateway-tls-for-all-hosts',
  title: 'TLS toward the gateway holds for all hosts',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'DestinationRule',
  *check(subject, mesh) {
    const { trafficPolicy, subsets } = subject.resource;
    const tls = trafficPolicy?.tls;
    const mode = tls?.mode?.value;
    if (!tls || mode === undefined || !TLS_MODES.includes(mode) || isAmbiguous(subject, mesh)) return;
    if (subject.resource.templated) return;
    // Whoever sets TLS for every subset sends nothing by the rule's own.
    if ((subsets?.items.length ?? 0) > 0 && subsets?.items.every((each) => each.trafficPolicy !== undefined)) return;
    const overridden = new Set((trafficPolicy?.portLevelSettings?.items ?? []).map((each) => each.port?.value));
    if (overridden.has(undefined)) return;
    const gateways = gatewaysBehind(subject, mesh);
    const servers = gateways
      .flatMap((each) => (each.resource.servers?.items ?? []).map((server) => ({ server, gateway: each })))
      .filter(({ server }) => !overridden.has(server.port?.number?.value));
    const unfit = servers.filter(({ server }) => isUnfit(server, tls.sni?.value, tls.sni !== undefined));
    if (unfit.length === 0 || unfit.length === servers.length) return;
    const hosts = unfit.flatMap(({ server }) => server.hosts?.items.flatMap((each) => each.value ?? []) ?? []);
    yield {
      range: tls.range,
      severity: sure(mesh, 'warning'),
      message: message(
        `This TLS${tls.sni?.value === undefined ? '' : ` with the server name \`${tls.sni.value}\``} holds for every call to the gateway, also for ${names([...new Set(hosts)])}, which takes other bytes.`,
        '',
        'Move it into a subset, under the port.',
      ),
      related: unfit.map(({ server, gateway }) => ({
        path: gateway.path,
        range: (server.port ?? server).range,
        message: 'A server that it does not fit.',
      })),
    };
  },
  page: {
    what: "A DestinationRule for the egress gateway has TLS settings at its top, though the gateway has servers that they don't fit.",
    why: '`trafficPolicy.tls` holds for every port of the host, and for every subset that has none of its own. What is meant for one host of the outside then reaches all the others: a plain HTTP server gets TLS, and a server for another host gets the wrong server name.',
    symptom: 'After mutual TLS was added for one host, calls to others through the same gateway are reset.',
    remedy: 'Give the host a subset, and put the TLS settings under `portLevelSettings` of that subset.',
    bad: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 443, name: https-a, protocol: HTTPS}
      hosts: [a.example.com]
      tls: {mode: ISTIO_MUTUAL}
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [b.example.com]
# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress, namespace: istio-system}
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL, sni: a.example.com}
`,
    good: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 443, name: https-a, protocol: HTTPS}
      hosts: [a.example.com]
      tls: {mode: ISTIO_MUTUAL}
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [b.example.com]
# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress, namespace: istio-system}
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: a
      trafficPolicy:
        portLevelSettings:
          - port: {number: 443}
            tls: {mode: ISTIO_MUTUAL, sni: a.example.com}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy',
      'https://github.com/istio/istio/issues/37348',
    ],
  },
};

const TLS_MODES: readonly string[] = ['SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'];

/** The Gateways on the pods of the Service that a DestinationRule is for; none where it is no gateway's Service. */
function gatewaysBehind(
  { resource, namespace }: MeshObject<DestinationRule>,
  mesh: MeshReader,
): readonly MeshObject<Gateway>[] {
  const { clusterDomain, gateways } = mesh.settings;
  const full = resource.host?.value && resolveShortHost(resource.host.value, namespace, clusterDomain);
  const service = full ? serviceOfHost(full, clusterDomain) : undefined;
  if (!service) return [];
  const install = gateways.find((each) => each.service === service.name && each.namespace === service.namespace);
  const [written] = mesh.named('Service', service.namespace, service.name);
  const labels = written ? written.resource.selector?.value : install?.labels;
  if (!labels) return [];
  const found = Object.entries(labels).flatMap(([label, value]) => mesh.labelled('Gateway', label, value));
  return [...new Set(found)].filter((each) => {
    const selector = Object.entries(each.resource.selector?.value ?? {});
    return (
      !each.resource.broken && !isAmbiguous(each, mesh) && selector.every(([label, value]) => labels[label] === value)
    );
  });
}

/** Whether a server cannot take what the settings send; what is not known fits. */
function isUnfit({ port, tls, hosts }: GatewayServer, sni: string | undefined, hasSni: boolean): boolean {
  const protocol = port?.protocol?.value?.toUpperCase();
  if (protocol === undefined) return false;
  if (protocol !== 'HTTPS' && protocol !== 'TLS') return true;
  if (tls?.mode && tls.mode.value === undefined) return false;
  if ((tls?.mode?.value ?? 'PASSTHROUGH') === 'PASSTHROUGH') return true;
  const taken = hosts?.items.map((each) => each.value?.split('/').at(-1)) ?? [];
  if (!hasSni || sni === undefined || taken.includes(undefined)) return false;
  return !taken.some((each) => each === sni || (each?.startsWith('*') && sni.endsWith(each.slice(1))));
}

/** Gateways that no VirtualService routes through. */
import { gatewayKey, resolveGatewayName } from '../mesh/gateway-names.ts';
import { mayBeTemplated } from '../mesh/knowledge.ts';
import { serverHosts } from '../mesh/server-hosts.ts';
import type { MeshReader } from '../mesh/mesh.ts';
import type { MeshRule } from './rule.ts';
import { message, qualified } from './shared/message.ts';

export const rule: MeshRule<'Gateway'> = {
  code: 'gateway-unused',
  title: 'Gateway without routes',
  kind: 'fault',
  severity: 'hint',
  covers: [],
  subject: 'Gateway',
  *check(subject, mesh) {
    const { name, servers } = subject.resource;
    if (name.value === undefined || subject.namespace === undefined) return;
    if (!mesh.settings.complete.includes('*') || mesh.mesh.openBy !== undefined) return;
    // Such servers need no route.
    if (servers?.items.some(({ tls }) => tls?.mode?.value === 'AUTO_PASSTHROUGH' || tls?.httpsRedirect?.value)) return;
    if (mayBeTemplated(mesh, 'VirtualService')) return;
    const key = gatewayKey(resolveGatewayName(`${subject.namespace}/${name.value}`, undefined));
    if (mesh.boundTo(key).length > 0 || mesh.boundTo(`/${name.value}`).length > 0) return;
    // A route of these hosts that misses the gateway is told of where it is written.
    const hosts = serverHosts(subject)?.map((each) => each.host);
    if (!hosts || hosts.some((each) => mesh.hosting('VirtualService', each).length > 0)) return;
    const external = hosts.find((each) => isExternal(each, mesh));
    if (external !== undefined) {
      yield {
        range: name.range,
        severity: 'information',
        message: message(
          `Nothing leads calls to ${external} through Gateway \`${qualified(subject.namespace, name.value)}\`: no VirtualService sends them to it, or on from it.`,
          '',
          'Add one with both legs, or delete the Gateway.',
        ),
        related: mesh.hosting('ServiceEntry', external).map(({ path, resource }) => ({
          path,
          range: resource.name.range,
          message: 'Declares the host.',
        })),
      };
      return;
    }
    yield {
      range: name.range,
      message: message(
        `No VirtualService is bound to Gateway \`${qualified(subject.namespace, name.value)}\`: its ports answer 404, or stay closed.`,
        '',
        'Bind a VirtualService to it, or delete it.',
      ),
    };
  },
  page: {
    what: 'No VirtualService of a workspace that is complete is bound to a Gateway.',
    why: 'A Gateway opens ports; what becomes of the calls is in the VirtualServices that name it under `gateways`. Where a ServiceEntry declares its host as one outside, an egress route was begun and not finished.',
    symptom:
      'The gateway answers 404 to HTTP, and does not even open a port for TLS or TCP. Calls to hosts outside go straight there.',
    remedy: 'Name it in the VirtualService that it is for, or delete it.',
    bad: `# -- .istio-egress.yaml
complete: ["*"]
egressGateways: [{service: istio-egress/egress, selector: {istio: egress}, ports: [80]}]
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-egress}
spec:
  selector: {istio: egress}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
`,
    good: `# -- .istio-egress.yaml
complete: ["*"]
egressGateways: [{service: istio-egress/egress, selector: {istio: egress}, ports: [80]}]
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-egress}
spec:
  selector: {istio: egress}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: istio-egress}
spec:
  hosts: [api.example.com]
  gateways: [egress]
  http:
    - directResponse: {status: 503}
`,
    sources: ['https://istio.io/latest/docs/reference/config/networking/gateway/'],
  },
};

/** Whether ServiceEntries declare the host, and say that it is outside. */
function isExternal(host: string, mesh: MeshReader): boolean {
  const entries = mesh.hosting('ServiceEntry', host);
  return entries.length > 0 && entries.every(({ resource }) => resource.location?.value !== 'MESH_INTERNAL');
}

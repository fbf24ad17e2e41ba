/** IP addresses as hosts of HTTP and TLS routes. */
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { isIpAddress } from '../mesh/hosts.ts';
import { boundGateways, rulesOf } from '../mesh/virtual-service-rules.ts';
import type { MeshRule } from './rule.ts';
import { message } from './shared/message.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'virtual-service-host-address',
  title: 'IP address as a host',
  kind: 'fault',
  severity: 'hint',
  covers: [],
  subject: 'VirtualService',
  *check(subject) {
    const bound = boundGateways(subject);
    const blocks = new Set(
      rulesOf(subject)
        .filter((each) => [...each.gateways].some((gateway) => bound.has(gateway)))
        .map((each) => each.block),
    );
    if (blocks.has('tcp') || !bound.has(MESH_GATEWAY)) return;
    const what = blocks.has('tls')
      ? 'TLS clients send no server name for an address'
      : 'an http rule compares the Host header, which is rarely an address';
    for (const host of subject.resource.hosts?.items ?? []) {
      if (host.value === undefined || !isIpAddress(host.value)) continue;
      yield {
        range: host.range,
        message: message(
          `Calls to ${host.value} hardly take this route: ${what}.`,
          '',
          'Use a `tcp` rule with `destinationSubnets`, and a ServiceEntry with `addresses`.',
        ),
      };
    }
  },
  page: {
    what: 'A VirtualService with `http` or `tls` rules has an IP address among its hosts.',
    why: '`http` rules are chosen by the Host header of a request and `tls` rules by the server name of the handshake, which is never an address. To send connections to an address through a gateway takes a `tcp` rule with `destinationSubnets`, for a ServiceEntry that has the address under `addresses`.',
    symptom: 'Calls to the address go straight out, or meet 404.',
    remedy: 'Route the host by its name, or the address by `tcp`.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: database, namespace: team-a}
spec:
  hosts: [192.0.2.10]
  http:
    - route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
`,
    good: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: database, namespace: team-a}
spec:
  hosts: [database.example.com]
  http:
    - route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
`,
    sources: [
      'https://istio.io/latest/docs/ops/configuration/traffic-management/traffic-routing/',
      'https://github.com/istio/istio/issues/36745',
    ],
  },
};

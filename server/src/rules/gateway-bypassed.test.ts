/** Two VirtualServices for one host, of which one sends past the egress gateway. */
import { expect, it } from 'vitest';
import { findingsOf } from '../../../test/support/annotated.ts';

const route = (name: string, path: string, spec: string, namespace = '') => `# -- ${path}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}${namespace && `, namespace: ${namespace}`}}
spec:
  hosts: [ledger.corp.example]
${spec}`;

const ENTRIES = (namespace = '') => `# -- lessons/entries.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ledger${namespace && `, namespace: ${namespace}`}}
spec:
  hosts: [ledger.corp.example]
  ports: [{number: 443, name: tls, protocol: TLS}]
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: proxy${namespace && `, namespace: ${namespace}`}}
spec:
  hosts: [proxy.corp.example]
  ports: [{number: 3080, name: tcp, protocol: TCP}]
  resolution: DNS
`;

const THROUGH = `  gateways: [mesh, way-out]
  tls:
    - match: [{gateways: [mesh], port: 443, sniHosts: [ledger.corp.example]}]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 443}}
    - match: [{gateways: [way-out], port: 443, sniHosts: [ledger.corp.example]}]
      route:
        - destination: {host: ledger.corp.example, port: {number: 443}}
`;

const PAST = `  tls:
    - match: [{port: 443, sniHosts: [ledger.corp.example]}]
      route:
        - destination: {host: proxy.corp.example, port: {number: 3080}}
`;

const GATEWAY = (namespace = '') => `# -- lessons/gateway/gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: way-out${namespace && `, namespace: ${namespace}`}}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      hosts: [ledger.corp.example]
      tls: {mode: PASSTHROUGH}
`;

const found = (...texts: readonly string[]) =>
  findingsOf(texts.join('')).map(({ path, severity, code }) => `${path} ${severity} ${code}`);

it('two ways in two folders without namespaces may be two lessons, of which one is applied', () => {
  const findings = found(
    ENTRIES(),
    GATEWAY(),
    route('through', 'lessons/gateway/route.yaml', THROUGH),
    route('past', 'lessons/sidecar/route.yaml', PAST),
  );
  expect(findings.filter((each) => !each.includes('service-entry-address-missing'))).toEqual([
    '/workspace/lessons/gateway/route.yaml hint virtual-service-host-duplicated',
    '/workspace/lessons/sidecar/route.yaml hint virtual-service-host-duplicated',
  ]);
});

it('where both are applied, one finding tells it', () => {
  const findings = found(
    ENTRIES('bank'),
    GATEWAY('bank'),
    route('through', 'lessons/gateway/route.yaml', THROUGH, 'bank'),
    route('past', 'lessons/sidecar/route.yaml', PAST, 'bank'),
  );
  expect(findings.filter((each) => /error|warning/.test(each))).toEqual([
    '/workspace/lessons/gateway/route.yaml warning virtual-service-host-duplicated',
    '/workspace/lessons/sidecar/route.yaml warning virtual-service-host-duplicated',
  ]);
});

it('a more exact one goes first, perhaps as an exception: an information', () => {
  const all = (text: string) => text.replaceAll('ledger.corp.example', '"*.corp.example"');
  const findings = found(
    ENTRIES('bank'),
    all(GATEWAY('bank')),
    all(route('through', 'lessons/gateway/route.yaml', THROUGH, 'bank')),
    route('past', 'lessons/sidecar/route.yaml', PAST, 'bank'),
  );
  expect(findings).toContain('/workspace/lessons/gateway/route.yaml information gateway-bypassed');
});

it('a rule for another server name is not for this one', () => {
  const other = THROUGH.replaceAll('ledger.corp.example', 'books.corp.example');
  const findings = found(
    ENTRIES('bank'),
    GATEWAY('bank').replace('ledger.corp.example', '"*.corp.example"'),
    route('through', 'lessons/gateway/route.yaml', other, 'bank').replace('ledger.corp.example', '"*.corp.example"'),
  );
  expect(findings.filter((each) => each.includes('bypassed'))).toEqual([]);
});

/** The calls that a workspace is said to have, and who calls. */
import { describe, expect, it } from 'vitest';
import { listedLine, workspaceCalls } from '../../server/src/features/call-list.ts';
import { analyze, filesOf } from '../support/annotated.ts';

function lines(fixture: string): readonly string[] {
  return analyze(filesOf(fixture))
    .traceables()
    .flatMap((subject) => [...workspaceCalls(subject)].map(listedLine));
}

const ENTRIES = `
# -- .istio-egress.yaml
istio: { outboundTrafficPolicy: REGISTRY_ONLY }
# -- entries.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: web, namespace: team-a }
spec:
  hosts: [api.example.com, '*.wild.example.com']
  ports: [{ number: 80, name: http, protocol: HTTP }, { number: 443, name: tls, protocol: TLS }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: db, namespace: team-b }
spec:
  hosts: [db.example.com]
  addresses: [10.1.2.3]
  ports: [{ number: 5432, name: tcp, protocol: TCP }, { number: 53, name: dns, protocol: UDP }]
  resolution: DNS
  exportTo: ['.']
`;

describe('the calls of a workspace', () => {
  it('are what ServiceEntries declare, first from where they are written', () => {
    expect(lines(ENTRIES)).toEqual([
      '→ http://api.example.com from team-a: not through a gateway',
      '→ https://api.example.com from team-a: not through a gateway',
      '→ tcp://db.example.com:5432 from team-b: not through a gateway',
      '→ http://www.wild.example.com from team-a: not through a gateway',
      '→ https://www.wild.example.com from team-a: not through a gateway',
      '→ http://api.example.com from team-b: not through a gateway',
      '→ https://api.example.com from team-b: not through a gateway',
      '✗ tcp://db.example.com:5432 from team-a: connection closed in the sidecar',
      '→ http://www.wild.example.com from team-b: not through a gateway',
      '→ https://www.wild.example.com from team-b: not through a gateway',
    ]);
  });

  it('are what VirtualServices route where nothing declares it, and no hosts of the cluster', () => {
    expect(
      lines(`
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: out, namespace: team-a }
spec:
  hosts: [api.example.com, reviews]
  tls:
  - match: [{ port: 8443, sniHosts: [api.example.com] }]
    route: [{ destination: { host: istio-egressgateway.istio-system.svc.cluster.local, port: { number: 443 } } }]
`),
    ).toEqual([
      '? https://api.example.com:8443 from team-a: not through a gateway, or refused: the outbound policy is not known',
    ]);
  });

  it('come from settings and Namespace objects too, and not from where gateways run', () => {
    const clients = lines(`
# -- .istio-egress.yaml
clients: [batch]
# -- namespaces.yaml
apiVersion: v1
kind: Namespace
metadata: { name: web }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: egress, namespace: istio-system }
spec:
  selector: { istio: egressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: web, namespace: team-a }
spec:
  hosts: [api.example.com]
  ports: [{ number: 80, name: http, protocol: HTTP }]
  resolution: DNS
`).map((line) => line.replace(/^. http:\/\/api.example.com from (.*): .*$/, '$1'));
    expect(clients).toEqual(['team-a', 'batch', 'web']);
  });

  it('come from the namespace that is not written, where none is', () => {
    const named = `
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: web }
spec:
  hosts: [api.example.com]
  ports: [{ number: 80, name: http, protocol: HTTP }]
  resolution: DNS
  exportTo: ['.']
`;
    expect(lines(named)).toEqual([
      '→ http://api.example.com from a namespace that is not written: not through a gateway',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { readContents } from '../manifest/read-contents.ts';
import { Mesh } from '../mesh/mesh.ts';
import { DEFAULT_MESH_SETTINGS, type MeshSettings } from '../workspace/mesh-settings.ts';
import { Tracer } from './tracer.ts';
import type { Call, Hop } from './types.ts';

/** The example that teams start from: an application's host through the egress gateway in `istio-system`. */
const SERVICE_ENTRY = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: httpbin, namespace: egress }
spec:
  hosts: [httpbin.com]
  ports: [{ number: 80, name: http, protocol: HTTP }]
  resolution: DNS
`;
const GATEWAY = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: egressgateway, namespace: istio-system }
spec:
  selector: { istio: egressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }]
`;
const virtualService = (gateway: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: route, namespace: egress }
spec:
  hosts: [httpbin.com]
  gateways: [mesh, ${gateway}]
  http:
  - match: [{ gateways: [mesh], port: 80 }]
    route: [{ destination: { host: istio-egressgateway.istio-system.svc.cluster.local, port: { number: 80 } } }]
  - match: [{ gateways: [${gateway}], port: 80 }]
    route: [{ destination: { host: httpbin.com } }]
`;
const INSTALL = `
apiVersion: v1
kind: Service
metadata: { name: istio-egressgateway, namespace: istio-system }
spec:
  selector: { istio: egressgateway }
  ports: [{ name: http2, port: 80, targetPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-egressgateway, namespace: istio-system }
spec:
  template:
    metadata: { labels: { istio: egressgateway } }
`;
const CALL: Call = { from: { namespace: 'app' }, host: 'httpbin.com', port: 80, protocol: 'http' };

describe('a call through an egress gateway', () => {
  it('names the rule of the delegate, in the file of the delegate', () => {
    const root = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: route, namespace: egress }
spec:
  hosts: [httpbin.com]
  http:
  - match: [{ port: 80 }]
    delegate: { name: leaf }
`;
    const leaf = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: leaf, namespace: egress }
spec:
  http:
  - route: [{ destination: { host: httpbin.com } }]
`;
    const cause = traced([SERVICE_ENTRY, root, leaf], CALL).because.find(({ kind }) => kind === 'VirtualService');
    expect(cause && leaf.slice(cause.range.start, cause.range.end).trim()).toBe(
      'route: [{ destination: { host: httpbin.com } }]',
    );
  });

  it('reaches the outside where both legs fit', () => {
    const hop = traced([SERVICE_ENTRY, GATEWAY, virtualService('istio-system/egressgateway'), INSTALL], CALL);
    expect(shape(hop)).toEqual({
      proxy: 'sidecar app',
      port: 80,
      received: ['http httpbin.com'],
      listener: '0.0.0.0_80',
      routeConfig: '80',
      virtualHost: 'httpbin.com:80',
      config: 'VirtualService egress/route',
      action: 'forward',
      clusters: [
        {
          name: 'outbound|80||istio-egressgateway.istio-system.svc.cluster.local',
          exists: true,
          type: 'EDS',
          endpoints: ['gateway istio-system/istio-egressgateway:8080'],
          next: {
            proxy: 'gateway istio-system/istio-egressgateway',
            port: 8080,
            received: ['http httpbin.com'],
            listener: '0.0.0.0_8080',
            routeConfig: 'http.8080',
            virtualHost: 'httpbin.com:80',
            config: 'VirtualService egress/route',
            action: 'forward',
            clusters: [
              {
                name: 'outbound|80||httpbin.com',
                exists: true,
                type: 'STRICT_DNS',
                endpoints: ['httpbin.com:80'],
                end: { kind: 'external', wire: ['http httpbin.com'] },
              },
            ],
          },
        },
      ],
    });
  });

  it('is answered with 404 by the gateway where the VirtualService names another Gateway', () => {
    const hop = traced([SERVICE_ENTRY, GATEWAY, virtualService('egressgateway'), INSTALL], CALL);
    expect(shape(hop.clusters?.[0]?.next)).toEqual({
      proxy: 'gateway istio-system/istio-egressgateway',
      port: 8080,
      received: ['http httpbin.com'],
      listener: '0.0.0.0_8080',
      routeConfig: 'http.8080',
      virtualHost: 'blackhole:80',
      error: 'no-route',
    });
  });

  it('ends in 503 NC at the gateway where it may not see the ServiceEntry', () => {
    const hidden = SERVICE_ENTRY.replace('spec:', "spec:\n  exportTo: ['.']");
    const hop = traced([hidden, GATEWAY, virtualService('istio-system/egressgateway'), INSTALL], CALL);
    expect(shape(hop.clusters?.[0]?.next?.clusters)).toEqual([
      { name: 'outbound|80||httpbin.com', exists: false, end: { kind: 'no-cluster' } },
    ]);
  });

  it('names the YAML that decided at every step', () => {
    const hop = traced([SERVICE_ENTRY, GATEWAY, virtualService('istio-system/egressgateway'), INSTALL], CALL);
    const causes = (each: Hop | undefined): readonly string[] =>
      (each?.because ?? []).map(({ kind, namespace, name, text }) => `${kind} ${namespace}/${name} ${text}`);
    expect([causes(hop), causes(hop.clusters?.[0]?.next)]).toEqual([
      ['ServiceEntry egress/httpbin declares the port', 'VirtualService egress/route routes the request'],
      ['Gateway istio-system/egressgateway opens the port', 'VirtualService egress/route routes the request'],
    ]);
    const [rule] = hop.because.filter(({ kind }) => kind === 'VirtualService');
    const text = virtualService('istio-system/egressgateway');
    expect(text.slice(rule?.range.start, rule?.range.end)).toBe('{ gateways: [mesh], port: 80 }');
  });
});

describe('where the gateway is not in the workspace', () => {
  it('takes the standard install, and says so', () => {
    const files = [SERVICE_ENTRY, GATEWAY, virtualService('istio-system/egressgateway')];
    const next = traced(files, CALL, DEFAULT_MESH_SETTINGS).clusters?.[0]?.next;
    expect({ proxy: next?.proxy, port: next?.port, assumed: next?.assumed, virtualHost: next?.virtualHost }).toEqual({
      proxy: 'gateway istio-system/istio-egressgateway',
      port: 8080,
      assumed: [
        'The pods of istio-system/istio-egressgateway are not in the workspace: those of the standard install are assumed.',
      ],
      virtualHost: 'httpbin.com:80',
    });
  });
});

describe('a call to what nothing declares', () => {
  it('passes through where the outbound policy is not known, and says what is assumed', () => {
    const { action, clusters, assumed } = traced([], { ...CALL, host: 'other.com' });
    expect(shape({ action, clusters, assumed })).toEqual({
      action: 'forward',
      clusters: [
        {
          name: 'PassthroughCluster',
          exists: true,
          type: 'ORIGINAL_DST',
          end: { kind: 'original-destination', wire: ['http other.com'] },
        },
      ],
      assumed: ['The outbound policy is not known: Istio’s default, ALLOW_ANY, is assumed.'],
    });
  });

  it('is blocked under REGISTRY_ONLY', () => {
    const settings: MeshSettings = { ...CLOSED, outboundTrafficPolicy: 'REGISTRY_ONLY' };
    const { listener, clusters, assumed } = traced([], { ...CALL, host: 'other.com' }, settings);
    expect(shape({ listener, clusters, assumed })).toEqual({
      listener: 'virtualOutbound',
      clusters: [{ name: 'BlackHoleCluster', exists: true, type: 'STATIC', end: { kind: 'blocked' } }],
    });
  });
});

describe('a gateway whose route leads to itself', () => {
  it('is a loop at the sixth proxy', () => {
    const loop = virtualService('istio-system/egressgateway').replace(
      'destination: { host: httpbin.com }',
      'destination: { host: istio-egressgateway.istio-system.svc.cluster.local, port: { number: 80 } }',
    );
    let hop: Hop | undefined = traced([SERVICE_ENTRY, GATEWAY, loop, INSTALL], CALL);
    const errors: (string | undefined)[] = [];
    for (; hop; hop = hop.clusters?.[0]?.next) errors.push(hop.error);
    expect(errors).toEqual([undefined, undefined, undefined, undefined, undefined, 'loop']);
  });
});

const CLOSED: MeshSettings = { ...DEFAULT_MESH_SETTINGS, complete: ['*'], gateways: [] };

function traced(files: readonly string[], call: Call, settings: MeshSettings = CLOSED): Hop {
  const mesh = new Mesh(undefined, settings);
  for (const [i, text] of files.entries()) {
    for (const resource of readContents(`${i}.yaml`, text).resources)
      mesh.add({ resource, path: `${i}.yaml`, namespace: resource.namespace?.value, context: false });
  }
  return new Tracer(mesh).trace(call);
}

/** Without the causes. */
function shape(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, each: unknown) => (key === 'because' ? undefined : each)));
}

/** What `exportTo`, the annotation of a Service, or the default of the mesh hides from those who must send to it. */
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../test/support/annotated.ts';
import { codesOf, fixtureOf, HTTP } from '../../../test/support/egress.ts';

function meshConfig(lines: string): string {
  return `# -- mesh.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    ${lines}
`;
}

function service(annotations = ''): string {
  return `# -- service.yaml
apiVersion: v1
kind: Service
metadata: {name: istio-egressgateway, namespace: istio-system${annotations}}
spec:
  selector: {istio: egressgateway}
  ports:
    - {name: http, port: 80, targetPort: 8080}
`;
}

const told = (parts: Parameters<typeof fixtureOf>[0], code: string) =>
  findingsOf(fixtureOf(parts))
    .filter((each) => each.code === code)
    .map(({ message, related }) => [message, ...related.map((each) => each.message)]);

describe('the Service of the gateway', () => {
  it('is hidden by its annotation', () => {
    expect(
      told(
        { ...HTTP, more: service(', annotations: {networking.istio.io/exportTo: "team-b,istio-system"}') },
        'destination-hidden',
      ),
    ).toEqual([
      [
        '503 NC in sidecars of `app`: Service `istio-system/istio-egressgateway` is not shown to them (annotation exportTo). Add `app`.',
        'Shown to team-b, istio-system by `networking.istio.io/exportTo`.',
      ],
    ]);
  });

  it('is hidden by the default of the mesh', () => {
    const more = `${service()}${meshConfig('defaultServiceExportTo: [".", istio-system]')}`;
    expect(told({ ...HTTP, more }, 'destination-hidden')).toEqual([
      [
        "503 NC in sidecars of `app`: Service `istio-system/istio-egressgateway` is not shown to them (the mesh's `defaultServiceExportTo`). Add `app` there, or give it an exportTo of its own.",
        'Shown to its own namespace, istio-system.',
        'Who sees what has no exportTo of its own.',
      ],
    ]);
  });

  it.each([
    ['by its annotation', service(', annotations: {networking.istio.io/exportTo: "app,istio-system"}')],
    ['by the default of the mesh', `${service()}${meshConfig('defaultServiceExportTo: [app, istio-system]')}`],
    [
      'by its annotation, whatever the default is',
      `${service(', annotations: {networking.istio.io/exportTo: "*"}')}${meshConfig('defaultServiceExportTo: [".", istio-system]')}`,
    ],
  ])('is shown %s', (_, more) => {
    // Namespaces that nobody named may still not see it.
    const loud = codesOf({ ...HTTP, more }).filter((each) => !each.startsWith('information'));
    expect(loud).toEqual([]);
  });
});

describe('a ServiceEntry or VirtualService without exportTo', () => {
  it('is shown to those that the default of the mesh names, and no others', () => {
    const more = meshConfig('defaultServiceExportTo: ["."]');
    expect(told({ ...HTTP, more }, 'service-entry-hidden-from-gateway').map(([message]) => message)).toEqual([
      "503 NC at the egress gateway: its pods run in `istio-system`, but the mesh's default exportTo shows api.example.com only to `app`. Write an exportTo with `istio-system`.",
    ]);
    const routes = meshConfig('defaultVirtualServiceExportTo: ["."]');
    expect(told({ ...HTTP, more: routes }, 'virtual-service-hidden-from-gateway').map(([message]) => message)).toEqual([
      "404 at the egress gateway: its pods run in `istio-system`, but the mesh's default exportTo shows the VirtualService only to `app`. Write an exportTo with `istio-system`.",
    ]);
  });

  it('is shown to nobody by a default that says so', () => {
    const more = meshConfig('defaultVirtualServiceExportTo: ["~"]');
    expect(told({ ...HTTP, more }, 'virtual-service-hidden-from-gateway').map(([message]) => message)).toEqual([
      "404 at the egress gateway: its pods run in `istio-system`, but the mesh's default exportTo shows the VirtualService to nobody. Write an exportTo with `istio-system`.",
    ]);
  });
});

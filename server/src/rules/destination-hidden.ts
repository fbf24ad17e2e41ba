/** A destination that `exportTo` hides from the sidecars that must send to it. */
import type { Service, ServiceEntry } from '../manifest/types.ts';
import { defaultExportPlace } from '../mesh/export-defaults.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { EXPORT_TO_ANNOTATION } from '../mesh/visibility.ts';
import { routingConfig } from '../trace/mesh-config.ts';
import type { MeshService } from '../trace/model.ts';
import { isVisible, servicesOfHost } from '../trace/registry.ts';
import type { Fix } from './finding.ts';
import type { CallRule, Failure } from './rule.ts';
import { exportFixes } from './shared/export-fixes.ts';
import { clusterOf, destinationOf, proxiesText, proxyOf } from './shared/failing-proxy.ts';
import { allNames, qualified } from './shared/message.ts';

export const rule: CallRule = {
  code: 'destination-hidden',
  title: 'Destination hidden by exportTo',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0101', 'KIA1101'],
  subject: 'call',
  ends: ['no-cluster'],
  explain(failure) {
    const cluster = clusterOf(failure);
    const proxy = proxyOf(failure);
    if (!cluster || !proxy) return undefined;
    const declared = servicesOfHost(failure.plane, cluster.host).filter(({ ports }) =>
      ports.some(({ number }) => number === cluster.port),
    );
    const [first] = declared;
    if (!first?.source || declared.some((each) => isVisible(failure.plane, each, proxy.namespace))) return undefined;
    const { source } = first;
    const written = destinationOf(failure);
    const place = written
      ? { path: written.source.path, range: (written.destination.host ?? written.destination).range }
      : { path: source.path, range: source.resource.name.range };
    const { clients } = failure.outcome;
    const byDefault = first.exportTo ? undefined : defaultExportPlace(failure.mesh, 'ServiceEntry');
    const deciding = first.exportTo
      ? source.resource.kind === 'Service'
        ? 'annotation exportTo'
        : 'exportTo'
      : "the mesh's `defaultServiceExportTo`";
    const missing = proxy.scope.kind === 'gateway' ? [proxy.namespace] : clients;
    return {
      ...place,
      cause: `${source.resource.kind} \`${qualified(source.namespace, source.resource.name.value ?? '')}\` is not shown to ${proxy.scope.kind === 'gateway' ? proxiesText(failure) : 'them'} (${deciding})`,
      remedy: remedyFor(missing, first),
      related: [
        { path: source.path, range: exportRange(source), message: shownText(first, failure) },
        ...(byDefault ? [{ ...byDefault, message: 'Who sees what has no exportTo of its own.' }] : []),
      ],
      fixes: fixes(source, missing),
    };
  },
  page: {
    what: 'A route sends to a Service or ServiceEntry that `exportTo` hides from the proxies that must send to it.',
    why: 'A proxy has a cluster only for what is exported to its namespace: by `exportTo` of a ServiceEntry, by the annotation `networking.istio.io/exportTo` of a Service, or by the default of the mesh configuration. A VirtualService that is shown more widely than its destination routes calls to nowhere.',
    symptom:
      'HTTP calls get 503 with the response flag NC, TLS and TCP connections are reset. `istioctl proxy-config clusters` does not list the host.',
    remedy:
      "Add the calling namespace to the destination's `exportTo`, or show the VirtualService only to those who see the destination.",
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: proxy
  namespace: platform
spec:
  hosts: [proxy.example.com]
  exportTo: [platform, istio-system]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  exportTo: ["."]
  http:
    - route:
        - destination: {host: proxy.example.com, port: {number: 80}}
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: proxy
  namespace: platform
spec:
  hosts: [proxy.example.com]
  exportTo: [platform, istio-system, team-a]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  exportTo: ["."]
  http:
    - route:
        - destination: {host: proxy.example.com, port: {number: 80}}
`,
    sources: ['https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry'],
  },
};

type Source = MeshObject<Service> | MeshObject<ServiceEntry>;

function exportRange({ resource }: Source) {
  return (resource.kind === 'ServiceEntry' ? resource.exportTo : undefined)?.range ?? resource.name.range;
}

function remedyFor(missing: readonly string[], { exportTo }: MeshService): string {
  if (exportTo) return missing.length > 0 ? `Add ${allNames(missing)}.` : 'Widen it.';
  return missing.length > 0
    ? `Add ${allNames(missing)} there, or give it an exportTo of its own.`
    : 'Give it an exportTo of its own.';
}

function shownText({ exportTo, source }: MeshService, { plane }: Failure): string {
  const all = exportTo ?? routingConfig(plane).defaultExportTo.service;
  const shown = [...all].filter((each) => each !== '~');
  const by = exportTo && source?.resource.kind === 'Service' ? ` by \`${EXPORT_TO_ANNOTATION}\`` : '';
  return shown.length === 0
    ? `Shown to nobody${by}.`
    : `Shown to ${shown.map((each) => (each === '.' ? 'its own namespace' : each)).join(', ')}${by}.`;
}

function fixes(source: Source, missing: readonly string[]): readonly Fix[] {
  const { resource } = source;
  return resource.kind === 'ServiceEntry' ? exportFixes({ ...source, resource }, missing) : [];
}

/** Plain HTTP that leaves the mesh to port 443. */
import type { DestinationRule, ExportTo, Field, ServiceEntry } from '../manifest/types.ts';
import { isComplete } from '../mesh/knowledge.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { isTls, parseProtocol } from '../mesh/protocol.ts';
import { visibleTo } from '../mesh/visibility.ts';
import type { ClusterName } from '../trace/cluster-names.ts';
import { destinationRuleFor, type MergedRule } from '../trace/destination-rules.ts';
import { routingConfig } from '../trace/mesh-config.ts';
import type { MeshService } from '../trace/model.ts';
import { type MeshProxy, sidecarProxy } from '../trace/proxy.ts';
import { servicesOfHost } from '../trace/registry.ts';
import { serviceInScope } from '../trace/scope-services.ts';
import type { CallReport, CallRule, Failure } from './rule.ts';
import { settingsOf, type TlsSetting, tlsSettings } from './shared/client-tls.ts';
import {
  clusterOf,
  destinationOf,
  proxiesText,
  proxyOf,
  type WrittenDestination,
  mayBeWith,
} from './shared/failing-proxy.ts';
import { qualified } from './shared/message.ts';
import { canMove, moveTo } from './shared/move-resource.ts';

export const rule: CallRule = {
  code: 'plain-http-to-tls-port',
  title: 'Plain HTTP to a TLS port',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['plain-to-tls'],
  explain(failure) {
    const cluster = clusterOf(failure);
    const proxy = proxyOf(failure);
    if (!cluster || !proxy) return undefined;
    const written = destinationOf(failure);
    const told = withSetting(failure, cluster, proxy, written) ?? withoutSetting(failure, cluster, written);
    return told && { symptom: `Plain HTTP to ${cluster.host}:443`, ...told };
  },
  page: {
    what: 'Calls leave the mesh as plain HTTP to port 443, where servers expect TLS.',
    why: "TLS origination takes a DestinationRule for the external host that the sending proxy can use: in the namespace of the gateway's pods, of the ServiceEntry, or in the root namespace; for the port that the route sends to; and, where it is written in a subset, with the route sending to that subset.",
    symptom:
      'The external server answers 400 ("plain HTTP request was sent to HTTPS port"), 301, or closes the connection.',
    remedy:
      'Set `tls.mode: SIMPLE` (or MUTUAL) for that port, where the proxy finds it. Where applications call `https://` by themselves, declare the port as TLS and route it with `tls` rules.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
    - {number: 443, name: https, protocol: HTTPS}
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: api-tls
  namespace: istio-system
spec:
  host: api.example.com
  exportTo: ["."]
  trafficPolicy:
    portLevelSettings:
      - port: {number: 80}
        tls: {mode: SIMPLE, sni: api.example.com}
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
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
  gateways: [mesh, istio-system/egress]
  http:
    - match:
        - gateways: [mesh]
          port: 80
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [istio-system/egress]
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
    - {number: 443, name: https, protocol: HTTPS}
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: api-tls
  namespace: istio-system
spec:
  host: api.example.com
  exportTo: ["."]
  trafficPolicy:
    portLevelSettings:
      - port: {number: 443}
        tls: {mode: SIMPLE, sni: api.example.com}
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
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
  gateways: [mesh, istio-system/egress]
  http:
    - match:
        - gateways: [mesh]
          port: 80
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [istio-system/egress]
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`,
    sources: [
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway-tls-origination/',
      'https://github.com/istio/istio/issues/34783',
    ],
  },
};

type Told = Omit<CallReport, 'symptom'>;

/** A DestinationRule means to add TLS, and does not for this call. */
function withSetting(
  failure: Failure,
  cluster: ClusterName,
  proxy: MeshProxy,
  written: WrittenDestination | undefined,
): Told | undefined {
  const service = serviceInScope(failure.plane, proxy.scope, cluster.host);
  const used = service && destinationRuleFor(failure.plane, service, proxy);
  const applied = appliedSettings(failure, cluster, proxy);
  if (applied) return ofUsed(failure, cluster, applied, written);
  const [other] = tlsSettings(failure.mesh, cluster.host);
  if (!other) return undefined;
  const title = qualified(other.rule.namespace, other.rule.resource.name.value ?? '');
  // Who calls is not in YAML: it may be those pods alone.
  if (other.rule.resource.workloadSelector)
    return {
      path: other.rule.path,
      range: (other.tls.mode ?? other.tls).range,
      severity: 'hint',
      cause: `DestinationRule \`${title}\` adds TLS in the pods that it selects only`,
      remedy: 'Let no others call, or drop its `workloadSelector`.',
      related: sendsThere(written),
    };
  const hiding = service && !used ? hidingExport(failure, other.rule, service, proxy) : undefined;
  if (hiding)
    return {
      path: other.rule.path,
      range: hiding.range,
      cause: `the exportTo of DestinationRule \`${title}\`, which would add TLS, does not show it to ${proxiesText(failure)}`,
      remedy: `Add \`${proxy.namespace}\`.`,
      related: sendsThere(written),
    };
  const target = proxy.scope.kind === 'gateway' ? proxy.namespace : undefined;
  const movable = target !== undefined && !used && canMove(other.rule, target, failure.mesh);
  return {
    path: other.rule.path,
    range: (other.tls.mode ?? other.tls).range,
    ...(mayBeWith(failure, [other.rule]) ? { severity: 'information' as const } : {}),
    cause: used
      ? `DestinationRule \`${qualified(used.source.namespace, used.source.resource.name.value ?? '')}\` is the one that ${proxiesText(failure)} use, so \`${title}\` adds no TLS`
      : `${proxiesText(failure)} cannot use DestinationRule \`${title}\`, which would add TLS`,
    remedy: used
      ? 'Set TLS there.'
      : target === undefined
        ? 'Move it to their namespace, or show it to them.'
        : `Move it to \`${target}\`.`,
    related: sendsThere(written),
    fixes: movable ? [moveTo([other.rule], target)] : [],
  };
}

interface Applied {
  readonly used: MergedRule;
  readonly own: readonly TlsSetting[];
}

/** The TLS of the rule that applies to the proxy, or to sidecars of another client which meet the same: for them it is there, and does not fit. */
function appliedSettings({ plane, outcome }: Failure, { host }: ClusterName, proxy: MeshProxy): Applied | undefined {
  const others = proxy.scope.kind === 'gateway' ? [] : outcome.clients.filter((each) => each !== proxy.namespace);
  for (const each of [proxy, ...others.map((client) => sidecarProxy(plane, client))]) {
    const service = serviceInScope(plane, each.scope, host);
    const used = service && destinationRuleFor(plane, service, each);
    const own = (used?.from ?? []).flatMap(settingsOf);
    if (used && own.length > 0) return { used, own };
  }
  return undefined;
}

/** The `exportTo` of a rule that is where Istio looks for one, and is not shown to the proxy. */
function hidingExport(
  { plane }: Failure,
  { resource, namespace }: MeshObject<DestinationRule>,
  service: MeshService,
  proxy: MeshProxy,
): ExportTo | undefined {
  const places = [proxy.namespace, service.namespace, routingConfig(plane).rootNamespace];
  if (!resource.exportTo || namespace === undefined || !places.includes(namespace)) return undefined;
  return visibleTo(resource.exportTo, namespace, proxy.namespace) === 'hidden' ? resource.exportTo : undefined;
}

/** The rule that the proxy uses sets TLS for another port, another subset, or with a credential that it ignores. */
function ofUsed(
  failure: Failure,
  cluster: ClusterName,
  { used, own }: Applied,
  written: WrittenDestination | undefined,
): Told | undefined {
  const fitting = own.filter(({ subset }) => subset === undefined || subset === cluster.subset);
  const [setting] = fitting.length > 0 ? fitting : own;
  if (!setting) return undefined;
  const { rule: source, tls, port, subset } = setting;
  const place = { path: source.path, range: (tls.mode ?? tls).range, related: sendsThere(written) };
  const title = qualified(source.namespace, source.resource.name.value ?? '');
  if (fitting.length === 0 && subset !== undefined)
    return {
      ...place,
      cause: `DestinationRule \`${title}\` adds TLS in subset \`${subset}\` only, and the route sends to ${cluster.subset === '' ? 'no subset' : `\`${cluster.subset}\``}`,
      remedy: `Send to subset \`${subset}\`.`,
      fixes:
        written && !written.source.context && cluster.subset === ''
          ? [
              {
                title: `Send to subset ${subset}`,
                preferred: true,
                safety: 'review',
                edits: [
                  {
                    path: written.source.path,
                    edit: { kind: 'set-key', range: written.destination.range, key: 'subset', value: subset },
                  },
                ],
              },
            ]
          : [],
    };
  if (port && port.number !== cluster.port)
    return {
      ...place,
      range: port.range,
      cause: `DestinationRule \`${title}\` adds TLS for port ${port.number}, and calls are sent to port ${cluster.port}`,
      remedy: `Set it for port ${cluster.port}.`,
      fixes:
        source.context || isTlsPort(failure, cluster.host, port.number)
          ? []
          : [
              {
                title: `Set TLS for port ${cluster.port}`,
                preferred: true,
                safety: 'review',
                edits: [
                  { path: source.path, edit: { kind: 'replace-scalar', range: port.range, value: cluster.port } },
                ],
              },
            ],
    };
  if (tls.credentialName)
    return {
      ...place,
      range: tls.credentialName.range,
      cause: `without a workloadSelector sidecars ignore the \`credentialName\` of DestinationRule \`${title}\``,
      remedy: 'Add a workloadSelector, or originate TLS at the gateway.',
    };
  if (used.source !== source)
    return {
      ...place,
      cause: `DestinationRule \`${qualified(used.source.namespace, used.source.resource.name.value ?? '')}\` goes first with its own traffic policy, so \`${title}\` adds no TLS`,
      remedy: 'Put them into one.',
    };
  return {
    ...place,
    cause: `DestinationRule \`${title}\` sets ${tls.mode?.value ?? 'TLS'}, but not for these calls`,
    remedy:
      tls.mode?.value === 'MUTUAL' ? 'Give its certificate and key.' : 'Trace the call to see which settings apply.',
  };
}

/** Whether calls to this port end at a TLS port too, so that its own setting must stay. */
function isTlsPort({ plane }: Failure, host: string, port: number): boolean {
  return servicesOfHost(plane, host).some(({ ports, source }) => {
    if (!ports.some(({ number }) => number === port) || source?.resource.kind !== 'ServiceEntry') return false;
    const written = source.resource.ports?.items.find((each) => each.number?.value === port);
    return (written?.targetPort?.value ?? port) === 443;
  });
}

/** Nothing here adds TLS. What lives elsewhere may, except where the ServiceEntry alone says that port 443 is plain. */
function withoutSetting(
  failure: Failure,
  cluster: ClusterName,
  written: WrittenDestination | undefined,
): Told | undefined {
  const complete = isComplete(failure.mesh.settings, undefined);
  const [declared] = servicesOfHost(failure.plane, cluster.host);
  const entry =
    declared?.source?.resource.kind === 'ServiceEntry' ? (declared.source as MeshObject<ServiceEntry>) : undefined;
  const port = entry?.resource.ports?.items.find((each) => each.number?.value === cluster.port);
  const misdeclared =
    written || cluster.port !== 443 || !port?.protocol ? undefined : plainPort(failure, cluster, entry);
  if (misdeclared) {
    const { path, context, protocol } = misdeclared;
    const routed = isRoutedAsHttp(failure, cluster.host);
    return {
      path,
      range: protocol.range,
      severity: 'warning',
      cause: `port 443 is declared as \`${protocol.value ?? ''}\`, so TLS that applications send is not recognised, and nothing adds it to plain calls`,
      remedy: routed ? 'Declare it as `TLS`, and write its routes for TLS.' : 'Declare it as `TLS`.',
      fixes:
        context || routed
          ? []
          : [
              {
                title: 'Declare the port as TLS',
                preferred: true,
                safety: 'review',
                edits: [{ path, edit: { kind: 'replace-scalar', range: protocol.range, value: 'TLS' } }],
              },
            ],
    };
  }
  const place = written
    ? {
        path: written.source.path,
        range: (written.destination.port ?? written.destination.host ?? written.destination).range,
      }
    : {
        path: entry?.path ?? failure.subject.path,
        range: (port?.targetPort ?? port ?? failure.subject.resource.name).range,
      };
  return {
    ...place,
    severity: complete ? 'error' : 'hint',
    cause: `no DestinationRule ${complete ? '' : 'here '}adds TLS for ${proxiesText(failure)}`,
    remedy: `Add one with tls.mode SIMPLE for port ${cluster.port}.`,
    elsewhere: `DestinationRule ${cluster.host}`,
  };
}

interface PlainPort extends Pick<MeshObject, 'path' | 'context'> {
  readonly protocol: Field<string>;
}

/** The ServiceEntry that says that the port is plain: where several declare it, another one may count than the one that calls go to. */
function plainPort(
  { mesh }: Failure,
  { host, port }: ClusterName,
  entry: MeshObject<ServiceEntry> | undefined,
): PlainPort | undefined {
  const entries = [...(entry ? [entry] : []), ...mesh.hosting('ServiceEntry', host)];
  const plain = entries.flatMap(({ resource, path, context }): readonly PlainPort[] => {
    const protocol = resource.ports?.items.find((each) => each.number?.value === port)?.protocol;
    return protocol && !isTls(parseProtocol(protocol.value)) ? [{ path, context, protocol }] : [];
  });
  return plain[0];
}

/** A route reads the calls, so applications send no TLS. */
function isRoutedAsHttp({ mesh }: Failure, host: string): boolean {
  const routes = mesh.hosting('VirtualService', host);
  return (
    mesh.hosting('HTTPRoute', host).length > 0 || routes.some(({ resource }) => (resource.http?.items.length ?? 0) > 0)
  );
}

function sendsThere(written: WrittenDestination | undefined) {
  return written
    ? [
        {
          path: written.source.path,
          range: (written.destination.port ?? written.destination).range,
          message: 'Sends there.',
        },
      ]
    : [];
}

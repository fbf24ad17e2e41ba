/** TLS that a proxy adds to calls that are encrypted already. */
import type { K8sRoute } from '../manifest/types.ts';
import { resolveShortHost } from '../mesh/hosts.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { apiRoutesFor, type RouteObject, rulesOfRoute } from '../mesh/route-rules.ts';
import { aliasesOf } from '../trace/aliases.ts';
import type { ClusterName } from '../trace/cluster-names.ts';
import { destinationRuleFor } from '../trace/destination-rules.ts';
import { serviceInScope } from '../trace/scope-services.ts';
import { shortNameOf } from '../trace/short-names.ts';
import type { CallRule, Failure } from './rule.ts';
import { settingsOf } from './shared/client-tls.ts';
import { clusterOf, destinationOf, proxyOf } from './shared/failing-proxy.ts';
import { qualified } from './shared/message.ts';
import { isForGateway } from './shared/plain-leg.ts';

export const rule: CallRule = {
  code: 'tls-in-tls',
  title: 'TLS in TLS',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['tls-in-tls'],
  explain(failure) {
    const cluster = clusterOf(failure);
    const proxy = proxyOf(failure);
    const service = cluster && proxy && serviceInScope(failure.plane, proxy.scope, cluster.host);
    const used = service && destinationRuleFor(failure.plane, service, proxy);
    if (!cluster || !used) return undefined;
    const settings = used.from
      .flatMap(settingsOf)
      .filter(
        ({ subset, port }) =>
          (subset === undefined || subset === cluster.subset) && (!port || port.number === cluster.port),
      );
    // The more special one goes before the general one.
    const setting =
      settings.find(({ subset }) => subset !== undefined) ?? settings.find(({ port }) => port) ?? settings[0];
    if (!setting) return undefined;
    const { rule: source, tls } = setting;
    const written = destinationOf(failure);
    if (!written && isForGateway(failure, cluster)) return undefined;
    const plain = sendsPlain(failure, cluster);
    // The documentation's own layout for TLS origination: plain calls get TLS on the port that calls with TLS of their own would use, and no route sends those.
    if (plain && !written) return undefined;
    return {
      path: source.path,
      range: (tls.mode ?? tls).range,
      symptom: `TLS in TLS to ${cluster.host}:${cluster.port}`,
      cause: `applications send TLS by themselves, and DestinationRule \`${qualified(source.namespace, source.resource.name.value ?? '')}\` adds it again`,
      remedy: plain
        ? 'Put its `tls` into a subset for plain calls.'
        : 'Drop its `tls`, or let applications call `http://`.',
      related: written
        ? [
            {
              path: written.source.path,
              range: (written.destination.port ?? written.destination).range,
              message: 'Sends TLS on as it is.',
            },
          ]
        : [],
    };
  },
  page: {
    what: 'A DestinationRule adds TLS to calls that the application has encrypted already.',
    why: 'A DestinationRule for the external host applies to every proxy that can see it. Where applications call `https://`, the proxy passes their TLS on; a `tls.mode` of SIMPLE or MUTUAL wraps it in a second one, which the server does not unwrap.',
    symptom: 'The TLS handshake of the application fails: it gets bytes that it does not understand.',
    remedy:
      'Remove `tls` from the DestinationRule, or let the application call `http://` and the proxy add TLS. Where both are needed, put the setting into a subset and route only plain calls to it.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
# -- tls.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: api
  namespace: team-a
spec:
  host: api.example.com
  trafficPolicy:
    tls: {mode: SIMPLE}
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP, targetPort: 443}
  resolution: DNS
# -- tls.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: api
  namespace: team-a
spec:
  host: api.example.com
  trafficPolicy:
    tls: {mode: SIMPLE}
`,
    sources: [
      'https://istio.io/latest/docs/ops/common-problems/network-issues/#double-tls',
      'https://github.com/istio/istio/issues/17031',
    ],
  },
};

/** Whether a route sends plain HTTP to the same port, by this name or an ExternalName Service's, so that the setting has its purpose. */
function sendsPlain({ mesh, plane, outcome: { target } }: Failure, { host, port }: ClusterName): boolean {
  const { clusterDomain } = mesh.settings;
  if (apiRoutesFor(mesh, target.host).some((route) => isMeantFor(route, host, port))) return true;
  const hosts = [host, ...aliasesOf(plane, host).map(({ hostname }) => hostname)];
  return hosts.some((each) =>
    routesTo(mesh, each, port, clusterDomain).some((route) =>
      rulesOfRoute(route, clusterDomain).some(
        ({ block, destinations }) =>
          block === 'http' &&
          destinations.some(({ destination }) => {
            if (destination?.host?.value === undefined || destination.port?.value !== port) return false;
            return resolveShortHost(destination.host.value, route.namespace, clusterDomain) === each;
          }),
      ),
    ),
  );
}

/** Whether a backend of an HTTPRoute is meant for the host, though it may be written so that istiod does not know it. */
function isMeantFor({ resource }: MeshObject<K8sRoute>, host: string, port: number): boolean {
  return (
    resource.kind === 'HTTPRoute' &&
    (resource.rules?.items ?? []).some((rule) =>
      rule.backendRefs?.items.some((each) => each.name?.value === host && (!each.port || each.port.value === port)),
    )
  );
}

function routesTo(mesh: MeshReader, host: string, port: number, clusterDomain: string): readonly RouteObject[] {
  const short = shortNameOf(host, clusterDomain);
  return [
    ...mesh.sendingTo(host, port),
    ...(short ? mesh.sendingTo(short.name, port) : []),
    ...(short ? mesh.backedBy(`${short.namespace}/${short.name}`) : apiRoutesFor(mesh, host)),
  ];
}

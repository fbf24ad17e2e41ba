/** A subset that no DestinationRule defines for the proxy that needs it. */
import type { DestinationRule } from '../manifest/types.ts';
import { defaultExportTo } from '../mesh/export-defaults.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { isTypoOf } from '../mesh/near-miss.ts';
import { destinationRulesFor } from '../mesh/rules-for-host.ts';
import { destinationRuleFor, type MergedRule } from '../trace/destination-rules.ts';
import type { MeshService } from '../trace/model.ts';
import { routingConfig } from '../trace/mesh-config.ts';
import type { MeshProxy } from '../trace/proxy.ts';
import { serviceInScope } from '../trace/scope-services.ts';
import type { Fix, Related } from './finding.ts';
import type { CallReport, CallRule, Failure } from './rule.ts';
import { clusterOf, destinationOf, hostText, mayBeWith, proxyOf } from './shared/failing-proxy.ts';
import { names, qualified } from './shared/message.ts';
import { canMove, moveTo } from './shared/move-resource.ts';

export const rule: CallRule = {
  code: 'subset-not-found',
  title: 'Subset not found',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0101', 'KIA1107'],
  subject: 'call',
  ends: ['no-cluster'],
  explain(failure) {
    const cluster = clusterOf(failure);
    const proxy = proxyOf(failure);
    const written = destinationOf(failure);
    if (!cluster || cluster.subset === '' || !proxy || !written?.destination.subset) return undefined;
    const service = serviceInScope(failure.plane, proxy.scope, cluster.host);
    if (!service?.ports.some(({ number }) => number === cluster.port)) return undefined;
    const used = destinationRuleFor(failure.plane, service, proxy);
    // The subset is there, so it is something else that leaves its cluster out.
    if (used?.subsets.some((each) => each.name?.value === cluster.subset)) return undefined;
    const place = { path: written.source.path, range: written.destination.subset.range };
    const defining = definingRules(failure.mesh, cluster.host, cluster.subset);
    const host = hostText(cluster.host, failure.mesh.settings.clusterDomain);
    return {
      ...place,
      ...(mayBeWith(failure, defining) ? { severity: 'information' as const } : {}),
      ...(defining.length > 0
        ? outOfReach(failure, { subset: cluster.subset, host, service, used, defining, proxy })
        : undefinedAnywhere({ subset: cluster.subset, host, used, ...place })),
    };
  },
  page: {
    what: 'A route sends to a subset that no DestinationRule defines for the proxy that needs it.',
    why: "Istio looks for the DestinationRule of a host in three places only: the namespace of the calling proxy, the namespace of the host's Service, and the root namespace. The first of these that has one decides alone. A DestinationRule anywhere else is not looked at, and one in a client's namespace works for that namespace alone.",
    symptom:
      'HTTP calls get 503 with the response flag NC, TLS and TCP connections are reset. `istioctl proxy-config clusters` of the client shows no cluster of that subset. Often it works from one namespace and fails from others.',
    remedy:
      "Put the DestinationRule into the namespace of the Service (for an egress gateway, where the gateway's Service is): then every client finds it. Where the subset carries no labels and no TLS, leave it out.",
    bad: `# -- gateway-subset.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: egress-for-api
  namespace: shared
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: api
# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: team-a
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
  gateways: [mesh, egress]
  http:
    - match:
        - gateways: [mesh]
      route:
        - destination:
            host: istio-egressgateway.istio-system.svc.cluster.local
            subset: api
            port: {number: 80}
    - match:
        - gateways: [egress]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`,
    good: `# -- gateway-subset.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: egress-for-api
  namespace: istio-system
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: api
# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: team-a
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
  gateways: [mesh, egress]
  http:
    - match:
        - gateways: [mesh]
      route:
        - destination:
            host: istio-egressgateway.istio-system.svc.cluster.local
            subset: api
            port: {number: 80}
    - match:
        - gateways: [egress]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`,
    sources: [
      'https://istio.io/latest/docs/ops/best-practices/traffic-management/#cross-namespace-configuration',
      'https://github.com/istio/istio/issues/30730',
    ],
  },
};

type Told = Omit<CallReport, 'range' | 'path'>;

interface Missing {
  readonly subset: string;
  /** As people say it. */
  readonly host: string;
  readonly used: MergedRule | undefined;
}

interface OutOfReach extends Missing {
  readonly service: MeshService;
  readonly defining: readonly MeshObject<DestinationRule>[];
  readonly proxy: MeshProxy;
}

/** Every DestinationRule for the host, or a wildcard over it, that defines the subset. */
function definingRules(mesh: MeshReader, host: string, subset: string): readonly MeshObject<DestinationRule>[] {
  return destinationRulesFor(mesh, host).filter((each) =>
    each.resource.subsets?.items.some(({ name }) => name?.value === subset),
  );
}

function undefinedAnywhere({
  subset,
  host,
  used,
  path,
  range,
}: Missing & { readonly path: string; readonly range: CallReport['range'] }): Told {
  const defined = (used?.subsets ?? []).flatMap((each) => each.name?.value ?? []);
  const meant = defined.filter((each) => isTypoOf(subset, each));
  const [only] = meant;
  const related = relatedRule(used, 'The DestinationRule that applies.');
  const cause = `no DestinationRule defines subset \`${subset}\` of ${host}`;
  if (only !== undefined && meant.length === 1) {
    const fix: Fix = {
      title: `Use subset ${only}`,
      preferred: true,
      safety: 'safe',
      edits: [{ path, edit: { kind: 'replace-scalar', range, value: only } }],
    };
    return { cause, remedy: `Use \`${only}\`.`, related, fixes: [fix] };
  }
  const list = used?.source.resource.subsets;
  const [single, ...further] = defined;
  const use: readonly Fix[] =
    single !== undefined && further.length === 0
      ? [
          {
            title: `Use subset ${single}`,
            preferred: false,
            safety: 'review',
            edits: [{ path, edit: { kind: 'replace-scalar', range, value: single } }],
          },
        ]
      : [];
  // What the other subsets set besides their labels, one without it would lack.
  const isBare = list && list.items.length > 0 && list.items.every((each) => !each.trafficPolicy);
  const add: readonly Fix[] =
    used && list && isBare && !used.source.context
      ? [
          {
            title: `Add subset ${subset} to DestinationRule ${qualified(used.source.namespace, used.source.resource.name.value ?? '')}`,
            preferred: false,
            safety: 'review',
            edits: [
              { path: used.source.path, edit: { kind: 'append-item', range: list.range, value: { name: subset } } },
            ],
          },
        ]
      : [];
  return {
    cause,
    remedy: defined.length > 0 ? `Use ${names(defined)}, or define it.` : 'Define it, or drop the subset.',
    related,
    fixes: [...use, ...add],
  };
}

function outOfReach(failure: Failure, missing: OutOfReach): Told {
  const { subset, host, service, used, defining, proxy } = missing;
  const { rootNamespace } = routingConfig(failure.plane);
  const places = [...new Set([proxy.namespace, service.namespace, rootNamespace])];
  const related = defining.map(
    (each): Related => ({
      path: each.path,
      range:
        each.resource.subsets?.items.find(({ name }) => name?.value === subset)?.name?.range ??
        each.resource.name.range,
      message: whyNot(each, missing, places),
    }),
  );
  const [nearest] = defining;
  const where = nearest?.namespace;
  const they = proxy.scope.kind === 'gateway' ? 'it' : 'they';
  const them = proxy.scope.kind === 'gateway' ? 'it' : 'them';
  if (used) {
    const title = qualified(used.source.namespace, used.source.resource.name.value ?? '');
    return {
      cause: `DestinationRule \`${title}\`, which goes first for ${them}, lacks subset \`${subset}\``,
      remedy: 'Add the subset there.',
      related: [
        ...relatedRule(used, 'Goes first: only one namespace is asked, and there the most specific host.'),
        ...related,
      ],
    };
  }
  const hidden = defining.filter((each) => places.includes(each.namespace ?? ''));
  const [shown] = hidden;
  if (shown) {
    return {
      cause: `no DestinationRule that ${they} can use defines subset \`${subset}\` of ${host}`,
      explanation: `\`${qualified(shown.namespace, shown.resource.name.value ?? '')}\` does, but is not shown to ${them}.`,
      remedy: shown.resource.exportTo
        ? `Widen the exportTo of ${one(shown)}.`
        : shown.resource.workloadSelector
          ? `Drop the workloadSelector of ${one(shown)}.`
          : isForAll(shown, failure.mesh)
            ? `Write the host of ${one(shown)} in full.`
            : `Give ${one(shown)} \`exportTo: ["*"]\`.`,
      related,
    };
  }
  const target = service.namespace;
  const movable = nearest && defining.length === 1 ? movedTogether(failure, nearest, target) : [];
  return {
    cause: `no DestinationRule that ${they} can use defines subset \`${subset}\` of ${host}`,
    remedy:
      nearest && isForAll(nearest, failure.mesh)
        ? `Move the one in \`${where ?? ''}\` to \`${target}\`${isBare(defining, subset) ? ', or drop the subset' : ''}.`
        : `Move the one in \`${where ?? ''}\` to \`${target}\` with \`exportTo: ["*"]\`.`,
    related,
    fixes: movable.length > 0 ? [moveTo(movable, target)] : [],
  };
}

function one({ namespace }: MeshObject<DestinationRule>): string {
  return `the one in \`${namespace ?? ''}\``;
}

/** Whether the subset sets nothing, so that calls miss nothing without it. */
function isBare(defining: readonly MeshObject<DestinationRule>[], name: string): boolean {
  return defining.every(({ resource }) =>
    resource.subsets?.items.every((each) => each.name?.value !== name || (!each.trafficPolicy && !each.labels)),
  );
}

/**
 * A rule with all others of its namespace that its own clients use for a host, which would go first for them once it is gone; none where one of them cannot be moved,
 * or is for its own namespace.
 */
function movedTogether(
  { mesh }: Failure,
  rule: MeshObject<DestinationRule>,
  namespace: string,
): readonly MeshObject<DestinationRule>[] {
  const { host } = rule.resource;
  const same = mesh
    .hosting('DestinationRule', host?.value ?? '')
    .filter((each) => each !== rule && each.namespace === rule.namespace);
  const all = [rule, ...same];
  const canAll = all.every(
    (each) => !each.resource.workloadSelector && isForAll(each, mesh) && canMove(each, namespace, mesh),
  );
  return canAll ? all : [];
}

/** Whether clients of all namespaces are shown it. */
function isForAll({ resource }: MeshObject<DestinationRule>, mesh: MeshReader): boolean {
  const written = resource.exportTo?.items.map(({ value }) => value);
  return (written ?? defaultExportTo(mesh, 'DestinationRule'))?.includes('*') ?? false;
}

function whyNot(object: MeshObject<DestinationRule>, { subset, used }: OutOfReach, places: readonly string[]): string {
  if (!places.includes(object.namespace ?? ''))
    return `Defines ${subset}, but Istio looks only in ${places.join(', ')}: the client's, the Service's and the root namespace.`;
  if (object.resource.workloadSelector)
    return `Defines ${subset}, only for pods of its own namespace that its workloadSelector picks.`;
  if (object.resource.exportTo) return `Defines ${subset}, but its exportTo does not show it to the client.`;
  return used ? `Defines ${subset}, but another DestinationRule goes first.` : `Defines ${subset}.`;
}

function relatedRule(used: MergedRule | undefined, text: string): readonly Related[] {
  return used ? [{ path: used.source.path, range: used.source.resource.name.range, message: text }] : [];
}

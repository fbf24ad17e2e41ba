/** Routes that no listener of their Gateway takes: because of their hostnames, namespace or kind. */
import type { K8sGateway, K8sListener, K8sRoute, ObjectReference } from '../manifest/types.ts';
import { listenersOf } from '../mesh/implied.ts';
import { denialOf, routeKinds } from '../mesh/listeners.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { parentOf } from '../mesh/route-references.ts';
import type { Fix } from './finding.ts';
import type { ApiRouteRule, Report } from './rule.ts';
import { gatewaysOf, lostAt, ROUTE_ENDS, titleOfParent } from './shared/api-route.ts';
import { message, names, qualified } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: ApiRouteRule = {
  code: 'route-not-admitted',
  title: 'Route not admitted by the listener',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'api-route',
  // Other bytes than the listener reads come where the kind of the route does not fit its protocol.
  accountsFor: [...ROUTE_ENDS, 'protocol-error'],
  *check(subject, mesh) {
    for (const reference of subject.resource.parentRefs?.items ?? []) {
      const report = reportOn(subject, mesh, reference);
      if (report) yield { ...report, severity: sure(mesh, 'error') };
    }
  },
  page: {
    what: 'No listener of the Gateway takes the route: it has other hostnames, it is in a namespace that the listener does not admit, or it is of another kind.',
    why: 'A listener admits routes of its own namespace unless `allowedRoutes.namespaces` says more, only of kinds that fit its protocol (HTTPRoute for HTTP and HTTPS, TLSRoute for TLS), and only where a hostname of the two overlaps.',
    symptom: 'The gateway has no route for the host: 404 (HTTP), or the connection is reset (TLS).',
    remedy:
      'Let the listener admit the namespace, or move the route; correct the hostname; use the kind that fits the protocol.',
    bad: example(''),
    good: example('\n      allowedRoutes:\n        namespaces:\n          from: All'),
    sources: [
      'https://gateway-api.sigs.k8s.io/concepts/api-overview/#attaching-routes-to-gateways',
      'istio/istio: pilot/pkg/config/kube/gateway/conversion.go',
    ],
  },
};

function example(allowed: string): string {
  return `# -- gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: egress
spec:
  gatewayClassName: istio
  listeners:
    - name: http
      port: 80
      protocol: HTTP${allowed}
# -- route.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: from-gateway
  namespace: team-a
spec:
  parentRefs:
    - {name: egress, namespace: egress}
  hostnames: [api.example.com]
  rules:
    - backendRefs:
        - {group: networking.istio.io, kind: Hostname, name: api.example.com, port: 80}
`;
}

function reportOn(subject: MeshObject<K8sRoute>, mesh: MeshReader, reference: ObjectReference): Report | undefined {
  const parent = parentOf(reference, subject.namespace);
  const [gateway] = parent?.kind === 'Gateway' ? (gatewaysOf(mesh, parent) ?? []) : [];
  if (!parent || !gateway || subject.resource.templated) return undefined;
  const found = listenersOf(gateway.resource).map((listener) => ({
    listener,
    denial: denialOf(mesh, subject, reference, gateway, listener),
  }));
  const meant = found.filter(({ denial }) => denial !== 'port' && denial !== 'section');
  // The listener that comes nearest to taking it says most.
  const [nearest] = [...meant].sort((a, b) => RANK[b.denial ?? 'kind'] - RANK[a.denial ?? 'kind']);
  if (!nearest || meant.some(({ denial }) => denial === undefined)) return undefined;
  const { listener } = nearest;
  const title = `listener \`${listener.name?.value ?? ''}\` of ${titleOfParent(parent)}`;
  switch (nearest.denial) {
    case 'hostname':
      return ofHostname(subject, gateway, listener, title);
    case 'namespace':
      return subject.namespace === undefined || gateway.namespace === undefined
        ? undefined
        : ofNamespace(subject, reference, gateway, listener, title);
    default:
      return ofKind(subject, reference, gateway, listener, title);
  }
}

const RANK = { port: 0, section: 1, hostname: 2, namespace: 3, kind: 4 } as const;

function ofHostname(
  subject: MeshObject<K8sRoute>,
  gateway: MeshObject<K8sGateway>,
  listener: K8sListener,
  title: string,
): Report | undefined {
  const { hostnames, kind } = subject.resource;
  const written = (hostnames?.items ?? []).flatMap((each) => each.value ?? []);
  const [only, another] = hostnames?.items ?? [];
  if (!hostnames || listener.hostname?.value === undefined) return undefined;
  return {
    range: (another ? undefined : only)?.range ?? hostnames.range,
    message: message(
      `${lostAt('gateway', kind)}: ${title} takes \`${listener.hostname.value}\`, not ${names(written)}.`,
      '',
      'Correct the hostname of the one or the other.',
    ),
    related: [{ path: gateway.path, range: listener.hostname.range, message: 'What the listener takes.' }],
  };
}

function ofNamespace(
  subject: MeshObject<K8sRoute>,
  reference: ObjectReference,
  gateway: MeshObject<K8sGateway>,
  listener: K8sListener,
  title: string,
): Report {
  const { allowedRoutes } = listener;
  const whose =
    allowedRoutes?.from?.value === 'Selector' ? 'namespaces that its selector fits' : `\`${gateway.namespace}\` alone`;
  return {
    range: (reference.name ?? reference).range,
    message: message(
      `${lostAt('gateway', subject.resource.kind)}: ${title} admits routes of ${whose}, and this one is in \`${subject.namespace}\`.`,
      '',
      'Admit it under `allowedRoutes`, or move it.',
    ),
    related: [{ path: gateway.path, range: (allowedRoutes ?? listener).range, message: 'What the listener admits.' }],
    fixes: gateway.context ? [] : [admitAll(gateway, listener)],
  };
}

/** Opening a listener to all namespaces is for somebody to look at. */
function admitAll(gateway: MeshObject<K8sGateway>, { allowedRoutes, range }: K8sListener): Fix {
  const namespaces = { from: 'All' };
  return {
    title: `Admit routes of all namespaces at Gateway ${qualified(gateway.namespace, gateway.resource.name.value ?? '')}`,
    preferred: true,
    safety: 'review',
    edits: [
      {
        path: gateway.path,
        edit: allowedRoutes
          ? { kind: 'set-key', range: allowedRoutes.range, key: 'namespaces', value: namespaces }
          : { kind: 'set-key', range, key: 'allowedRoutes', value: { namespaces } },
      },
    ],
  };
}

function ofKind(
  subject: MeshObject<K8sRoute>,
  reference: ObjectReference,
  gateway: MeshObject<K8sGateway>,
  listener: K8sListener,
  title: string,
): Report {
  const kinds = routeKinds(listener);
  const { kind } = subject.resource;
  const allowed = listener.allowedRoutes?.kinds;
  const { allowedRoutes: _, ...open } = listener;
  // What the protocol would take, and the list does not.
  if (allowed && routeKinds(open).includes(kind)) return ofKindList(subject, reference, gateway, allowed, title);
  const takes = kinds.length > 0 ? `takes ${names(kinds)}` : 'takes no kind of route';
  return {
    range: (reference.name ?? reference).range,
    message: message(
      // What is seen is up to what clients send, which is not what the route is for.
      `Not used by the gateway: ${title} (${listener.protocol?.value ?? ''}) ${takes}, not ${kind}.`,
      '',
      'Use the kind that fits the protocol, or another listener.',
    ),
    related: [
      {
        path: gateway.path,
        range: (listener.allowedRoutes?.kinds ?? listener.protocol ?? listener).range,
        message: 'What decides it.',
      },
    ],
  };
}

/** The kinds that the listener lists: one more opens it to routes of that kind. */
function ofKindList(
  subject: MeshObject<K8sRoute>,
  reference: ObjectReference,
  gateway: MeshObject<K8sGateway>,
  { range, items }: NonNullable<NonNullable<K8sListener['allowedRoutes']>['kinds']>,
  title: string,
): Report {
  const { kind } = subject.resource;
  const listed = items.flatMap((each) => each.kind?.value ?? []);
  return {
    range: (reference.name ?? reference).range,
    message: message(
      `${lostAt('gateway', kind)}: ${title} allows ${names(listed)} alone, not ${kind} (allowedRoutes.kinds).`,
      '',
      `Add ${kind} there.`,
    ),
    related: [{ path: gateway.path, range, message: 'The kinds that it allows.' }],
    fixes: gateway.context
      ? []
      : [
          {
            title: `Allow ${kind} at Gateway ${qualified(gateway.namespace, gateway.resource.name.value ?? '')}`,
            preferred: true,
            safety: 'review',
            edits: [{ path: gateway.path, edit: { kind: 'append-item', range, value: { kind } } }],
          },
        ],
  };
}

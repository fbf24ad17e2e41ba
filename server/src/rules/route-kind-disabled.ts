/** Kinds of routes that istiod looks at only where it is told to. */
import { ISTIO_CLASS } from '../mesh/implied.ts';
import { parentOf } from '../mesh/route-references.ts';
import type { ApiRouteRule } from './rule.ts';
import { message } from './shared/message.ts';
import { sure } from './shared/severity.ts';

/** The first Istio that looks at TLSRoutes without being told to, and reads them as v1 (`pilot/pkg/config/kube/gateway/controller.go`). */
const TLS_ROUTES_SINCE = [1, 30] as const;

const EXTERNAL = `# -- external.yaml
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
`;

export const rule: ApiRouteRule = {
  code: 'route-kind-disabled',
  title: 'Kind of route that is off by default',
  kind: 'fault',
  severity: 'information',
  covers: [],
  subject: 'api-route',
  kinds: ['TCPRoute', 'TLSRoute'],
  *check(subject, mesh) {
    const { kind, kindRange, parentRefs } = subject.resource;
    const version = mesh.settings.istioVersion;
    if (kind === 'TLSRoute' && !isBefore(version, TLS_ROUTES_SINCE)) return;
    const ours = (parentRefs?.items ?? []).some((each) => {
      const parent = parentOf(each, subject.namespace);
      if (!parent) return false;
      if (parent.kind === 'ServiceEntry') return true;
      return (
        parent.kind === 'Gateway' &&
        mesh
          .named('K8sGateway', parent.namespace, parent.name)
          .some(({ resource }) => resource.gatewayClassName?.value === ISTIO_CLASS)
      );
    });
    if (!ours) return;
    const since =
      kind === 'TLSRoute'
        ? `istiod ${version ?? ''} does not look at TLSRoutes by default`
        : 'it does not look at TCPRoutes by default';
    yield {
      range: kindRange,
      severity: sure(mesh, 'information'),
      message: message(
        `Not used, unless istiod has \`PILOT_ENABLE_ALPHA_GATEWAY_API\`: ${since}.`,
        '',
        kind === 'TLSRoute' ? 'Use a VirtualService, or Istio 1.30.' : 'Use a TLSRoute, or a VirtualService.',
      ),
    };
  },
  page: {
    what: 'A TCPRoute for a Gateway of Istio, or for a ServiceEntry; before Istio 1.30 a TLSRoute.',
    why: 'TCPRoute is in the experimental channel of Gateway API. istiod looks at it only where the environment variable `PILOT_ENABLE_ALPHA_GATEWAY_API` is set, and the route is not traced here. Istio before 1.30 does the same with TLSRoutes, and reads them in v1alpha2 only; which Istio there is, is told by `istio.version` in the settings.',
    symptom: 'The route has no effect and no status.',
    remedy: 'For TLS use a TLSRoute, which goes by server name; for other bytes a VirtualService with `tcp` rules.',
    bad: `${EXTERNAL}# -- route.yaml
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TCPRoute
metadata:
  name: to-gateway
  namespace: team-a
spec:
  parentRefs:
    - {group: networking.istio.io, kind: ServiceEntry, name: api}
  rules:
    - backendRefs:
        - {name: proxy, port: 443}
`,
    good: `${EXTERNAL}# -- route.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata:
  name: to-gateway
  namespace: team-a
spec:
  parentRefs:
    - {group: networking.istio.io, kind: ServiceEntry, name: api}
  hostnames: [api.example.com]
  rules:
    - backendRefs:
        - {name: proxy, port: 443}
`,
    sources: ['https://istio.io/latest/docs/reference/commands/pilot-discovery/#envvars'],
  },
};

/** Whether a version is known and older than another: `1.29.2` than 1.30. */
function isBefore(version: string | undefined, [major, minor]: readonly [number, number]): boolean {
  const [, first, second] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (first === undefined || second === undefined) return false;
  return Number(first) < major || (Number(first) === major && Number(second) < minor);
}

/** Backends of routes that istiod cannot use as they are written, or that are not there. */
import { ISTIO_NETWORKING_GROUP, type K8sRoute, type BackendReference } from '../manifest/types.ts';
import { lookupDestination } from '../mesh/destination-lookup.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { serviceOfHost } from '../mesh/hosts.ts';
import { declaredElsewhere, mayBeTemplated } from '../mesh/knowledge.ts';
import { mayHaveMoreListeners } from '../mesh/implied.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { backendKind, groupKind, namespaceOf, parentOf } from '../mesh/route-references.ts';
import { backendHost, parentGateways } from '../mesh/route-rules.ts';
import type { Fix } from './finding.ts';
import type { ApiRouteRule, Report } from './rule.ts';
import { isIstios, isUnsure, lostAt, onlyFix, ROUTE_ENDS, setKey } from './shared/api-route.ts';
import { message } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: ApiRouteRule = {
  code: 'route-backend-invalid',
  title: 'Backend of a route cannot be used',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'api-route',
  accountsFor: ROUTE_ENDS,
  *check(subject, mesh) {
    if (!isIstios(subject, mesh)) return;
    for (const backend of (subject.resource.rules?.items ?? []).flatMap((rule) => rule.backendRefs?.items ?? [])) {
      const report = reportOn(subject, mesh, backend);
      if (report) yield { ...report, severity: report.severity ?? sure(mesh, 'error') };
    }
  },
  page: {
    what: 'A `backendRef` of an HTTPRoute or TLSRoute is written so that istiod cannot use it, or names a Service, host or port that is not there.',
    why: 'Without `group` and `kind` a backend is a Service, by its name alone. A host outside is `group: networking.istio.io`, `kind: Hostname`, without a namespace, and a ServiceEntry must declare it. Every backend needs a port. Because of a name with dots, a Hostname with its own namespace or a backend without port istiod drops the whole route; in another namespace it permits no Hostname.',
    symptom:
      'HTTP calls are answered with 500; TLS connections are reset. Where the whole route is dropped, sidecars send calls straight out, and the gateway answers 404.',
    remedy: 'Write the group and kind of the backend, its name as it is, and its port.',
    bad: example(''),
    good: example('\n          group: networking.istio.io'),
    sources: [
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/',
      'istio/istio: pilot/pkg/config/kube/gateway/conversion.go',
    ],
  },
};

function example(group: string): string {
  return `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: egress
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
# -- gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: egress
spec:
  gatewayClassName: istio
  listeners:
    - {name: http, port: 80, protocol: HTTP}
# -- route.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: from-gateway
  namespace: egress
spec:
  parentRefs:
    - name: egress
  hostnames: [api.example.com]
  rules:
    - backendRefs:
        - kind: Hostname
          name: api.example.com
          port: 80${group}
`;
}

/** Where the route acts: what a mistake of its backends does there. */
function actsFor(subject: MeshObject<K8sRoute>): 'sidecars' | 'gateway' {
  return parentGateways(subject).includes(MESH_GATEWAY) ? 'sidecars' : 'gateway';
}

/** What is seen where only this backend is of no use. */
function failsAt(subject: MeshObject<K8sRoute>): string {
  const status = subject.resource.kind === 'TLSRoute' ? 'Connection reset' : '500';
  return `${status} ${actsFor(subject) === 'sidecars' ? 'in sidecars' : 'at the gateway'}`;
}

function reportOn(subject: MeshObject<K8sRoute>, mesh: MeshReader, backend: BackendReference): Report | undefined {
  const { name } = backend;
  if (name?.value === undefined || backend.weight?.value === 0) return undefined;
  const kind = backendKind(backend);
  if (kind === 'other') return ofGroup(subject, backend);
  if (kind === 'InferencePool') return undefined;
  const lost = lostAt(actsFor(subject), subject.resource.kind);
  if (kind === 'Service' && name.value.includes('.')) return ofServiceName(subject, mesh, backend, name.value, lost);
  if (kind === 'Hostname' && backend.namespace)
    return {
      range: backend.namespace.range,
      message: message(
        isPermitted(subject, backend)
          ? `${lost}: istiod drops the route, because a Hostname has no namespace.`
          : `${failsAt(subject)}: a Hostname has no namespace, and istiod permits none in \`${backend.namespace.value}\`.`,
        '',
        'Remove it.',
      ),
      fixes: onlyFix(subject, 'Remove namespace', [
        { path: subject.path, edit: { kind: 'remove-key', range: backend.range, key: 'namespace' } },
      ]),
    };
  return ofTarget(subject, mesh, backend, lost);
}

/** What gateways follow may name another namespace only where a grant allows it, and grants are for Services: istiod asks that first. */
function isPermitted(subject: MeshObject<K8sRoute>, { namespace }: BackendReference): boolean {
  const { namespace: own } = subject;
  return actsFor(subject) === 'sidecars' || own === undefined || !namespace?.value || namespace.value === own;
}

function ofGroup(subject: MeshObject<K8sRoute>, backend: BackendReference): Report | undefined {
  const { group, kind } = groupKind(backend, { group: '', kind: 'Service' });
  if (group === ISTIO_NETWORKING_GROUP && !backend.kind)
    return {
      range: (backend.group ?? backend).range,
      message: message(
        `${failsAt(subject)}: istiod knows no backend without a kind with \`group: ${group}\`.`,
        '',
        'Write `kind: Hostname`.',
      ),
      fixes: onlyFix(subject, 'Write kind: Hostname', setKey(subject.path, backend, { kind: 'Hostname' })),
    };
  if (kind !== 'Hostname' || group === undefined) return undefined;
  const wanted = `group: ${ISTIO_NETWORKING_GROUP}`;
  return {
    range: (backend.group ?? backend.kind ?? backend).range,
    message: message(
      `${failsAt(subject)}: istiod knows no backend of kind Hostname ${backend.group ? `with \`group: ${group}\`` : 'without a group'}.`,
      '',
      `Write \`${wanted}\`.`,
    ),
    fixes: onlyFix(subject, `Write ${wanted}`, setKey(subject.path, backend, { group: ISTIO_NETWORKING_GROUP })),
  };
}

/** A host, or a Service's full name, where only the name of a Service can be. */
function ofServiceName(
  subject: MeshObject<K8sRoute>,
  mesh: MeshReader,
  backend: BackendReference,
  name: string,
  lost: string,
): Report {
  const service = serviceOfHost(name, mesh.settings.clusterDomain);
  const isHost = !service && mesh.hosting('ServiceEntry', name).length > 0;
  const fixes = service
    ? onlyFix(
        subject,
        `Use Service ${service.namespace}/${service.name}`,
        setKey(subject.path, backend, {
          name: service.name,
          ...(service.namespace === subject.namespace && !backend.namespace ? {} : { namespace: service.namespace }),
        }),
      )
    : isHost
      ? onlyFix(
          subject,
          'Make it a Hostname',
          setKey(subject.path, backend, { group: ISTIO_NETWORKING_GROUP, kind: 'Hostname' }),
        )
      : [];
  return {
    range: (backend.name ?? backend).range,
    message: message(
      `${lost}: istiod drops the route, because \`${name}\` is no name of a Service.`,
      '',
      service ? `Use the name \`${service.name}\`.` : 'For a host write `kind: Hostname` with its group.',
    ),
    fixes,
  };
}

/** The port, and what the backend leads to. */
function ofTarget(
  subject: MeshObject<K8sRoute>,
  mesh: MeshReader,
  backend: BackendReference,
  lost: string,
): Report | undefined {
  const host = backendHost(backend, subject.namespace, mesh.settings.clusterDomain);
  if (host === undefined) return undefined;
  const lookup = lookupDestination(mesh, host, subject.namespace, []);
  const name = backend.name?.value ?? '';
  const owner = namespaceOf(backend, subject.namespace);
  const title = backendKind(backend) === 'Hostname' ? `host \`${name}\`` : `Service \`${owner}/${name}\``;
  if (lookup.status === 'absent' || (lookup.status === 'unknowable' && isSlip(subject, mesh, backend, owner)))
    return ofAbsent(subject, mesh, backend, title, owner);
  const owners = lookup.status === 'found' ? [...lookup.services, ...lookup.entries] : [];
  if (owners.length === 0 || owners.some((each) => isUnsure(each, mesh))) return undefined;
  const isOpen = owners.some(({ implied }) => implied && mayHaveMoreListeners(implied.by.resource));
  const ports = [...new Set(owners.flatMap(portsOf))].sort((a, b) => a - b);
  const [only, another] = ports;
  const single = another === undefined ? only : undefined;
  if (!backend.port)
    return {
      range: (backend.name ?? backend).range,
      message: message(
        `${lost}: istiod drops the route, because a backend has no port.`,
        '',
        single === undefined ? 'Add the port.' : `Add \`port: ${single}\`.`,
      ),
      fixes:
        single === undefined
          ? []
          : onlyFix(subject, `Add port ${single}`, setKey(subject.path, backend, { port: single })),
    };
  const { port } = backend;
  if (port.value === undefined || isOpen || ports.length === 0 || ports.includes(port.value)) return undefined;
  // Plain HTTP on the port of HTTPS is another mistake.
  const canUse = single !== undefined && (subject.resource.kind !== 'HTTPRoute' || single !== 443);
  return {
    range: port.range,
    message: message(
      `${failsAt(subject)}: ${title} has no port ${port.value}, but ${ports.join(', ')}.`,
      '',
      canUse ? `Use ${single}.` : 'Use one that it has, or add it.',
    ),
    related: owners.map(({ path, resource }) => ({ path, range: resource.name.range, message: 'What it leads to.' })),
    fixes: canUse
      ? onlyFix(subject, `Use port ${single}`, [
          { path: subject.path, edit: { kind: 'replace-scalar', range: port.range, value: single } },
        ])
      : [],
  };
}

/**
 * Whether a backend of a route for sidecars can only be meant for the Service of a Gateway that is here, though not everything is: it has the name of the Gateway in its
 * place, or lacks its namespace.
 */
function isSlip(
  subject: MeshObject<K8sRoute>,
  mesh: MeshReader,
  backend: BackendReference,
  owner: string | undefined,
): boolean {
  const name = backend.name?.value;
  const isForHosts = (subject.resource.parentRefs?.items ?? []).some(
    (each) => parentOf(each, subject.namespace)?.kind === 'ServiceEntry',
  );
  if (name === undefined || owner === undefined || !isForHosts || backendKind(backend) !== 'Service') return false;
  if (mesh.mesh.openBy !== undefined || mayBeTemplated(mesh, 'Service') || mayBeTemplated(mesh, 'K8sGateway'))
    return false;
  if (declaredElsewhere(mesh.settings, 'Service', owner, name)) return false;
  if (mesh.named('Service', owner, `${name}-istio`).some((each) => each.implied)) return true;
  const [only, another] = mesh.namedAnywhere('Service', name);
  return !backend.namespace && only?.implied !== undefined && !another;
}

function ofAbsent(
  subject: MeshObject<K8sRoute>,
  mesh: MeshReader,
  backend: BackendReference,
  title: string,
  owner: string | undefined,
): Report {
  const name = backend.name?.value ?? '';
  // istiod names the Service of a Gateway after it and its class.
  const made = mesh.named('Service', owner, `${name}-istio`).find((each) => each.implied);
  const right = made?.resource.name.value;
  const elsewhere = mesh.namedAnywhere('Service', name).filter((each) => each.namespace !== undefined);
  const [only, another] = elsewhere;
  const moved = right === undefined && !backend.namespace && only && !another ? only.namespace : undefined;
  const fixes: readonly Fix[] =
    right !== undefined
      ? onlyFix(subject, `Use ${right}`, setKey(subject.path, backend, { name: right }))
      : moved !== undefined
        ? onlyFix(subject, `Use ${moved}/${name}`, setKey(subject.path, backend, { namespace: moved }))
        : [];
  return {
    range: (backend.name ?? backend).range,
    message: message(
      `${failsAt(subject)}: ${title} does not exist.`,
      made ? 'istiod names the Service of a Gateway after it and its class.' : '',
      right !== undefined
        ? `Use \`${right}\`.`
        : moved !== undefined
          ? `Use \`${moved}/${name}\`.`
          : 'Declare it, or correct the name.',
    ),
    related: made ? [{ path: made.path, range: made.resource.name.range, message: 'The Gateway.' }] : [],
    fixes,
  };
}

/** The port for its status is in every gateway's Service, and nobody means it. */
const STATUS_PORT = 15021;

function portsOf({ resource, implied }: MeshObject): readonly number[] {
  if (resource.kind === 'Service')
    return (resource.ports?.items ?? []).flatMap(({ port }) =>
      port?.value === undefined || (implied && port.value === STATUS_PORT) ? [] : port.value,
    );
  if (resource.kind === 'ServiceEntry')
    return (resource.ports?.items ?? []).flatMap((each) => each.number?.value ?? []);
  return [];
}

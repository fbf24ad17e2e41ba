/** Parents of routes that are not there, or that are not written so that istiod knows them. */
import {
  GATEWAY_API_GROUP,
  ISTIO_NETWORKING_GROUP,
  type K8sGateway,
  type K8sRoute,
  type ObjectReference,
  type ServiceEntry,
} from '../manifest/types.ts';
import { admitsNamespace, denialOf } from '../mesh/listeners.ts';
import { listenersOf, managedName } from '../mesh/implied.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { isTypoOf } from '../mesh/near-miss.ts';
import { backendKind, groupKind, type Parent, parentOf } from '../mesh/route-references.ts';
import type { ApiRouteRule, Report } from './rule.ts';
import {
  absence,
  gatewaysOf,
  isUnsure,
  lostAt,
  onlyFix,
  ROUTE_ENDS,
  setKey,
  titleOfParent,
} from './shared/api-route.ts';
import { message, names } from './shared/message.ts';
import { canMove, moveTo } from './shared/move-resource.ts';
import { sure } from './shared/severity.ts';

export const rule: ApiRouteRule = {
  code: 'route-parent-not-found',
  title: 'Parent of a route not found',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'api-route',
  accountsFor: ROUTE_ENDS,
  *check(subject, mesh) {
    for (const reference of subject.resource.parentRefs?.items ?? []) {
      const report = reportOn(subject, mesh, reference);
      if (report) yield { ...report, severity: sure(mesh, 'error') };
    }
  },
  page: {
    what: 'A `parentRef` of an HTTPRoute or TLSRoute names nothing that is there: no such Gateway, listener, port, Service or ServiceEntry, or a kind without its group.',
    why: 'Without `group` and `kind` a parent is a Gateway of Gateway API, in the namespace of the route. A ServiceEntry needs `group: networking.istio.io`, a Service `group: ""`. istiod leaves out a parent that it does not know, and says so only in the status of the route.',
    symptom:
      'A route for sidecars has no effect: calls go straight out. A route for a gateway is not programmed there: 404, or the connection is reset.',
    remedy:
      'Write the group, the namespace and the name of the parent as they are; `sectionName` is the name of a listener.',
    bad: example(''),
    good: example('\n      group: networking.istio.io'),
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
  namespace: team-a
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
  namespace: team-a
spec:
  gatewayClassName: istio
  listeners:
    - {name: http, port: 80, protocol: HTTP}
# -- routes.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: to-gateway
  namespace: team-a
spec:
  parentRefs:
    - kind: ServiceEntry
      name: api${group}
  rules:
    - backendRefs:
        - {name: egress-istio, port: 80}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: from-gateway
  namespace: team-a
spec:
  parentRefs:
    - name: egress
  hostnames: [api.example.com]
  rules:
    - backendRefs:
        - {group: networking.istio.io, kind: Hostname, name: api.example.com, port: 80}
`;
}

function reportOn(subject: MeshObject<K8sRoute>, mesh: MeshReader, reference: ObjectReference): Report | undefined {
  const parent = parentOf(reference, subject.namespace);
  if (!parent) return ofGroup(subject, reference);
  if (parent.kind === 'Gateway') return ofGateway(subject, mesh, reference, parent);
  return parent.kind === 'ServiceEntry' ? ofEntry(subject, mesh, reference, parent) : undefined;
}

/** A kind that istiod takes for a parent, in another group than its own, or a group that tells the kind that is left out. */
function ofGroup(subject: MeshObject<K8sRoute>, reference: ObjectReference): Report | undefined {
  const { group, kind } = groupKind(reference, { group: GATEWAY_API_GROUP, kind: 'Gateway' });
  if (group === undefined || kind === undefined) return undefined;
  if (group === ISTIO_NETWORKING_GROUP && !reference.kind)
    return ofForm(subject, reference, reference.group, 'without a kind', `with \`group: ${group}\``, {
      kind: 'ServiceEntry',
    });
  const right = GROUPS.get(kind);
  if (right === undefined || !isSlip(group, right)) return undefined;
  const written = reference.group ? `with \`group: ${group === '' ? '""' : group}\`` : 'without a group';
  return ofForm(subject, reference, reference.group ?? reference.kind, `of kind ${kind}`, written, { group: right });
}

const GROUPS: ReadonlyMap<string, string> = new Map([
  ['Gateway', GATEWAY_API_GROUP],
  ['Service', ''],
  ['ServiceEntry', ISTIO_NETWORKING_GROUP],
]);

/** Other groups have kinds of these names too, for other controllers. */
function isSlip(group: string, right: string): boolean {
  return group !== right && (group === GATEWAY_API_GROUP || group === '' || isTypoOf(group, right));
}

function ofForm(
  subject: MeshObject<K8sRoute>,
  reference: ObjectReference,
  place: Pick<ObjectReference, 'range'> | undefined,
  what: string,
  written: string,
  right: Readonly<Record<string, string>>,
): Report {
  const wanted = Object.entries(right).map(([key, value]) => `${key}: ${value === '' ? '""' : value}`);
  return {
    range: (place ?? reference).range,
    message: message(
      `${lostAt(right.group === GATEWAY_API_GROUP ? 'gateway' : 'sidecars', subject.resource.kind)}: istiod knows no parent ${what} ${written}, and leaves it out.`,
      '',
      `Write \`${wanted.join()}\`.`,
    ),
    fixes: onlyFix(subject, `Write ${wanted.join()}`, setKey(subject.path, reference, right)),
  };
}

function ofEntry(
  subject: MeshObject<K8sRoute>,
  mesh: MeshReader,
  reference: ObjectReference,
  parent: Parent,
): Report | undefined {
  const symptom = lostAt('sidecars', subject.resource.kind);
  const [entry, another] = mesh.named('ServiceEntry', parent.namespace, parent.name);
  if (!entry) return ofAbsence(subject, mesh, reference, parent, symptom);
  if (another || isUnsure(entry, mesh) || reference.port?.value === undefined) return undefined;
  const ports = (entry.resource.ports?.items ?? []).flatMap((each) => each.number?.value ?? []);
  if (ports.length === 0 || ports.includes(reference.port.value)) return undefined;
  return ofPort(
    subject,
    reference,
    symptom,
    `${titleOfParent(parent)} has no port ${reference.port.value}`,
    ports,
    entry,
  );
}

function ofGateway(
  subject: MeshObject<K8sRoute>,
  mesh: MeshReader,
  reference: ObjectReference,
  parent: Parent,
): Report | undefined {
  const symptom = lostAt('gateway', subject.resource.kind);
  if (mesh.named('K8sGateway', parent.namespace, parent.name).length === 0)
    return ofAbsence(subject, mesh, reference, parent, symptom);
  const [gateway] = gatewaysOf(mesh, parent) ?? [];
  if (!gateway) return undefined;
  const listeners = listenersOf(gateway.resource);
  const denials = listeners.map((each) => denialOf(mesh, subject, reference, gateway, each));
  if (listeners.length === 0 || denials.some((each) => each !== 'port' && each !== 'section')) return undefined;
  const section = reference.sectionName?.value;
  const named = listeners.find((each) => each.name?.value === section);
  if (section !== undefined && !named && reference.sectionName) {
    const known = listeners.flatMap((each) => each.name?.value ?? []);
    const [only, another] = known;
    const single = another === undefined ? only : undefined;
    return {
      range: reference.sectionName.range,
      message: message(
        `${symptom}: ${titleOfParent(parent)} has no listener \`${section}\`, but ${names(known)}.`,
        '',
        single === undefined ? 'Use one of those.' : `Use \`${single}\`.`,
      ),
      related: [
        {
          path: gateway.path,
          range: (gateway.resource.listeners ?? gateway.resource.name).range,
          message: 'Its listeners.',
        },
      ],
      fixes:
        single === undefined
          ? []
          : onlyFix(subject, `Use ${single}`, [
              {
                path: subject.path,
                edit: { kind: 'replace-scalar', range: reference.sectionName.range, value: single },
              },
            ]),
    };
  }
  if (reference.port?.value === undefined) return undefined;
  const ports = (named ? [named] : listeners).flatMap((each) => each.port?.value ?? []);
  const owner = named
    ? `listener \`${section}\` of ${titleOfParent(parent)} has not`
    : `${titleOfParent(parent)} has no listener on`;
  return ofPort(subject, reference, symptom, `${owner} port ${reference.port.value}`, ports, gateway);
}

function ofPort(
  subject: MeshObject<K8sRoute>,
  { port }: ObjectReference,
  symptom: string,
  cause: string,
  known: readonly number[],
  owner: MeshObject,
): Report | undefined {
  if (!port) return undefined;
  const ports = [...new Set(known)].sort((a, b) => a - b);
  const [only, another] = ports;
  // An HTTPRoute is not for the port of HTTPS.
  const single = another === undefined && (subject.resource.kind !== 'HTTPRoute' || only !== 443) ? only : undefined;
  return {
    range: port.range,
    message: message(
      `${symptom}: ${cause}, but ${ports.join(', ')}.`,
      '',
      single === undefined ? 'Use one of those.' : `Use ${single}.`,
    ),
    related: [{ path: owner.path, range: owner.resource.name.range, message: 'The parent.' }],
    fixes:
      single === undefined
        ? []
        : onlyFix(subject, `Use port ${single}`, [
            { path: subject.path, edit: { kind: 'replace-scalar', range: port.range, value: single } },
          ]),
  };
}

function isAdmitted(
  subject: MeshObject<K8sRoute>,
  mesh: MeshReader,
  reference: ObjectReference,
  { resource, ...rest }: MeshObject,
): boolean {
  if (resource.kind !== 'K8sGateway') return false;
  const gateway = { ...rest, resource };
  return listenersOf(resource).some((each) => denialOf(mesh, subject, reference, gateway, each) !== 'namespace');
}

function ofAbsence(
  subject: MeshObject<K8sRoute>,
  mesh: MeshReader,
  reference: ObjectReference,
  parent: Parent,
  symptom: string,
): Report | undefined {
  const absent = absence(mesh, parent.kind === 'Gateway' ? 'K8sGateway' : 'ServiceEntry', parent);
  if (!absent) return undefined;
  const { meant } = absent;
  const closed = meant && ofClosed(subject, mesh, reference, parent, meant, symptom);
  if (closed) return closed;
  const name = meant?.resource.name.value;
  const moved = meant !== undefined && meant.namespace !== parent.namespace;
  const full = `${meant?.namespace ?? ''}/${name ?? ''}`;
  // Most Gateways admit routes of their own namespace alone.
  if (moved && meant.resource.kind === 'K8sGateway' && !isAdmitted(subject, mesh, reference, meant))
    return {
      range: (reference.namespace ?? reference.name ?? reference).range,
      message: message(
        `${symptom}: ${titleOfParent(parent)} does not exist.`,
        '',
        `\`${full}\` admits no routes of \`${subject.namespace ?? ''}\`: write this one in \`${meant.namespace ?? ''}\`.`,
      ),
      related: [{ path: meant.path, range: meant.resource.name.range, message: 'The one that is probably meant.' }],
      elsewhere: `K8sGateway ${parent.namespace ?? ''}/${parent.name}`,
    };
  const own = moved && !reference.namespace ? "Without a namespace it is looked for in the route's own." : '';
  const edits = !meant
    ? []
    : moved
      ? setKey(subject.path, reference, { namespace: meant.namespace ?? '' })
      : [
          {
            path: subject.path,
            edit: { kind: 'replace-scalar', range: (reference.name ?? reference).range, value: name ?? '' },
          } as const,
        ];
  return {
    range: (moved ? (reference.namespace ?? reference.name) : reference.name)?.range ?? reference.range,
    message: message(
      `${symptom}: ${titleOfParent(parent)} does not exist.`,
      own,
      meant ? `Use \`${full}\`.` : 'Create it, or correct the name.',
    ),
    related: meant
      ? [{ path: meant.path, range: meant.resource.name.range, message: 'The one that is probably meant.' }]
      : [],
    fixes: meant ? onlyFix(subject, `Use ${full}`, edits) : [],
    elsewhere: `${parent.kind} ${parent.namespace ?? ''}/${parent.name}`,
  };
}

/** The only Gateway of that name is elsewhere, and admits no route of this namespace: naming it would not help. */
function ofClosed(
  subject: MeshObject<K8sRoute>,
  mesh: MeshReader,
  reference: ObjectReference,
  parent: Parent,
  meant: MeshObject<K8sGateway | ServiceEntry>,
  symptom: string,
): Report | undefined {
  const { resource, namespace: home } = meant;
  const { namespace } = parent;
  if (resource.kind !== 'K8sGateway' || home === undefined || namespace === undefined || home === namespace)
    return undefined;
  const gateway = { ...meant, resource };
  if (listenersOf(resource).some((each) => admitsNamespace(mesh, gateway, each, subject.namespace))) return undefined;
  const isUsed =
    mesh.parented('Gateway', home, parent.name).length > 0 ||
    mesh.backedBy(`${home}/${managedName(resource)}`).length > 0;
  const moves = !isUsed && namespace === subject.namespace && canMove(gateway, namespace, mesh);
  return {
    range: (reference.namespace ?? reference.name ?? reference).range,
    message: message(
      `${symptom}: ${titleOfParent(parent)} does not exist. The one in \`${home}\` admits no route of \`${subject.namespace ?? ''}\`.`,
      '',
      moves ? `Move it to \`${namespace}\`.` : `Move the route to \`${home}\`, or admit its namespace there.`,
    ),
    related: [{ path: meant.path, range: resource.name.range, message: 'The one that is probably meant.' }],
    fixes: moves
      ? [moveTo([meant], namespace)]
      : !reference.namespace && canMove(subject, home, mesh) && sendsToHosts(subject)
        ? [moveTo([subject], home)]
        : [],
    elsewhere: `Gateway ${namespace}/${parent.name}`,
  };
}

/** Whether all backends mean the same in every namespace. */
function sendsToHosts({ resource }: MeshObject<K8sRoute>): boolean {
  return (resource.rules?.items ?? [])
    .flatMap((rule) => rule.backendRefs?.items ?? [])
    .every((each) => each.namespace !== undefined || backendKind(each) === 'Hostname');
}

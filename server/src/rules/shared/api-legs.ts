/** Routes of Gateway API that are missing, written as a document of their own. */
import { GATEWAY_API_GROUP, ISTIO_NETWORKING_GROUP, type K8sGateway, type K8sListener } from '../../manifest/types.ts';
import type { Target } from '../../calls/targets.ts';
import { hostCoveredBy } from '../../mesh/hosts.ts';
import { isManaged, ISTIO_CLASS, listenersOf, managedName } from '../../mesh/implied.ts';
import { routeKinds } from '../../mesh/listeners.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import { parentOf } from '../../mesh/route-references.ts';
import { isApiRoute, type RouteObject } from '../../mesh/route-rules.ts';
import type { YamlData } from '../../yaml/edits.ts';
import type { Fix } from '../finding.ts';
import type { Failure } from '../rule.ts';
import { isUnsure } from './api-route.ts';
import { qualified } from './message.ts';
import { portOutside } from './plain-leg.ts';

type LegKind = 'HTTPRoute' | 'TLSRoute';

/**
 * The route for a Gateway that is missing: it sends the host on as it was called.
 *
 * @param port on which the calls come to the gateway
 * @returns none where no listener would take it, or where it is not known whether it would work
 */
export function gatewayLegFor(failure: Failure, gateway: MeshObject<K8sGateway>, port: number): readonly Fix[] {
  const { outcome, mesh } = failure;
  const { call } = outcome;
  const listeners = listenersOf(gateway.resource);
  const listener = listeners.find((each) => each.port?.value === port && takes(each, call.host));
  const kind = listener && kindOf(listener);
  const entry = declaring(mesh, outcome.target);
  if (!listener || !kind || !entry || gateway.context || isUnsure(gateway, mesh)) return [];
  const { namespace, name } = gateway.resource;
  const several = listeners.length > 1 && listener.name?.value !== undefined;
  return written(mesh, gateway, {
    kind,
    namespace: namespace?.value,
    name: `forward-${slug(call.host)}`,
    spec: {
      parentRefs: [{ name: name.value ?? '', ...(several ? { sectionName: listener.name?.value ?? '' } : {}) }],
      hostnames: [call.host],
      rules: [
        {
          backendRefs: [
            { group: ISTIO_NETWORKING_GROUP, kind: 'Hostname', name: call.host, port: portOutside(failure) },
          ],
        },
      ],
    },
  });
}

/** The route for sidecars that is missing, beside the ServiceEntry of the host, so that every client follows it. */
export function meshLegFor({ outcome: { target }, mesh }: Failure, route: RouteObject): readonly Fix[] {
  if (!isApiRoute(route)) return [];
  const entry = declaring(mesh, target);
  const gateways = (route.resource.parentRefs?.items ?? []).flatMap((reference) => {
    const parent = parentOf(reference, route.namespace);
    return parent?.kind === 'Gateway' ? mesh.named('K8sGateway', parent.namespace, parent.name) : [];
  });
  const [gateway, another] = gateways.filter((each) => each.resource.gatewayClassName?.value === ISTIO_CLASS);
  if (!entry || entry.context || !gateway || another || !isManaged(gateway.resource) || isUnsure(gateway, mesh))
    return [];
  const kind: LegKind = route.resource.kind === 'HTTPRoute' ? 'HTTPRoute' : 'TLSRoute';
  const [listener] = listenersOf(gateway.resource).filter(
    (each) => takes(each, target.host) && routeKinds(each).includes(kind) && each.tls?.mode?.value !== 'Terminate',
  );
  const port = listener?.port?.value;
  const name = entry.resource.name.value;
  if (port === undefined || name === undefined || (kind === 'HTTPRoute' && listener?.tls)) return [];
  const elsewhere = gateway.namespace !== entry.namespace && gateway.namespace !== undefined;
  return written(mesh, entry, {
    kind,
    namespace: entry.resource.namespace?.value,
    name: `direct-${slug(target.host)}`,
    spec: {
      parentRefs: [{ group: ISTIO_NETWORKING_GROUP, kind: 'ServiceEntry', name, port: target.port }],
      ...(kind === 'TLSRoute' ? { hostnames: [target.host] } : {}),
      rules: [
        {
          backendRefs: [
            {
              name: managedName(gateway.resource),
              ...(elsewhere ? { namespace: gateway.namespace ?? '' } : {}),
              port,
            },
          ],
        },
      ],
    },
  });
}

interface Leg {
  readonly kind: LegKind;
  /** Where the one beside which it is written has it. */
  readonly namespace: string | undefined;
  readonly name: string;
  readonly spec: YamlData;
}

/** In the file and the namespace of another resource. */
function written(mesh: MeshReader, beside: MeshObject, { kind, namespace, name, spec }: Leg): readonly Fix[] {
  // A file of JSON holds one object.
  if (mesh.named(kind, beside.namespace, name).length > 0 || beside.path.endsWith('.json')) return [];
  const value: YamlData = {
    apiVersion: `${GATEWAY_API_GROUP}/v1`,
    kind,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec,
  };
  return [
    {
      title: `Add ${kind} ${qualified(beside.namespace, name)}`,
      preferred: true,
      safety: 'review',
      edits: [{ path: beside.path, edit: { kind: 'append-document', value } }],
    },
  ];
}

/** The only ServiceEntry that declares the target, by its own name. */
function declaring(mesh: MeshReader, { host, port }: Pick<Target, 'host' | 'port'>) {
  const [only, another] = mesh
    .hosting('ServiceEntry', host)
    .filter(({ resource }) => resource.ports?.items.some((each) => each.number?.value === port));
  return only && !another && !isUnsure(only, mesh) ? only : undefined;
}

function takes({ hostname }: K8sListener, host: string): boolean {
  return !hostname || (hostname.value !== undefined && hostCoveredBy(host, hostname.value));
}

function kindOf(listener: K8sListener): LegKind | undefined {
  return (['HTTPRoute', 'TLSRoute'] as const).find((each) => routeKinds(listener).includes(each));
}

function slug(host: string): string {
  return host.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}

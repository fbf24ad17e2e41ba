/** The route that sidecars follow: from the host's ServiceEntry to the gateway's Service. */
import { ISTIO_NETWORKING_GROUP, type VirtualService } from '../../manifest/types.ts';
import { MESH_GATEWAY } from '../../mesh/gateway-names.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { boundGateways } from '../../mesh/virtual-service-rules.ts';
import type { YamlData } from '../../yaml/edits.ts';
import { IN_ISTIO_FORM } from '../conflicts.ts';
import { conflict, type Context, nameOfObject, placeOf, seenFrom } from '../context.ts';
import { meshRulesFor } from '../pieces/found-legs.ts';
import type { LegsShape } from '../shape.ts';
import { slugOf } from '../slug.ts';
import { actsFor, type MeshLegRoute, meshLegsOf, portAt } from './mesh-leg-routes.ts';
import { type ApiPlan, GATEWAY_API_VERSION } from './parts.ts';
import { routeNamespaces } from './reach.ts';

/** What sidecars of the audience follow already. */
export interface FoundMeshLegs {
  /** Those that lead to the gateway. */
  readonly leading: readonly MeshLegRoute[];
  /** The port of the gateway's Service that they send to. */
  readonly hopPort: number | undefined;
  readonly others: readonly MeshLegRoute[];
}

export function findMeshLegs({ context, install, kind, port, entry }: ApiPlan): FoundMeshLegs {
  const { plane, clients } = context;
  const { clusterDomain } = plane.reader.settings;
  const acting = meshLegsOf(plane, entry, kind, port).filter((each) => clients.some((client) => actsFor(each, client)));
  const portOf = ({ route }: MeshLegRoute) => portAt(route, install.host, clusterDomain);
  const hopPort = acting.flatMap((each) => portOf(each) ?? [])[0];
  const leading = acting.filter((each) => hopPort !== undefined && portOf(each) === hopPort);
  return { leading, hopPort, others: acting.filter((each) => !leading.includes(each)) };
}

/** Sees to it that a route leads every client to a port of the gateway's Service. */
export function planMeshLeg(plan: ApiPlan, legs: LegsShape, found: FoundMeshLegs, hopPort: number): void {
  const { context, entry } = plan;
  const { clients, draft } = context;
  if (isRoutedByVirtualService(plan, legs) || !clearOthers(plan, found, hopPort)) return;
  for (const { route } of found.leading) draft.use(route);
  const there = [...found.leading, ...found.others];
  const lacking = clients.filter((client) => !there.some((each) => actsFor(each, client)));
  if (lacking.length === 0 || hasOtherHosts(plan)) return;
  const taken = new Set(there.map(({ route }) => route.namespace));
  for (const namespace of routeNamespaces(plan) ?? []) if (!taken.has(namespace)) create(plan, namespace, hopPort);
  if (entry.object) draft.use(entry.object);
}

/** A VirtualService for the same calls goes before routes of Gateway API, or beside them: which one is not to be left to chance. */
function isRoutedByVirtualService({ context }: ApiPlan, legs: LegsShape): boolean {
  const { plane, shape, clients } = context;
  const rival = plane.reader
    .hosting('VirtualService', shape.host)
    .filter((each) => plane.accepts(each) && boundGateways(each).has(MESH_GATEWAY))
    .filter((each) => clients.some((client) => seenFrom(context, each, client) === 'visible'))
    .find((each) => meshRulesFor(context, legs, each).length > 0);
  if (rival) alreadyRouted(context, rival);
  return rival !== undefined;
}

function alreadyRouted(context: Context, route: MeshObject<VirtualService>): void {
  conflict(context, {
    code: 'host-routed',
    text: `${context.shape.host} is already routed by ${nameOfObject(route)}.`,
    at: placeOf(route),
    waysOut: [IN_ISTIO_FORM, { title: 'Open it', open: placeOf(route) }],
  });
}

/** Routes for the same calls that lead elsewhere are led through the gateway where that was asked for. Returns whether nothing is in the way. */
function clearOthers(plan: ApiPlan, { others }: FoundMeshLegs, hopPort: number): boolean {
  const { context } = plan;
  const { draft, request } = context;
  for (const { route } of others) {
    const [rule, another] = route.resource.rules?.items ?? [];
    const [backend, second] = rule?.backendRefs?.items ?? [];
    const canTurn = rule && !another && backend && !second && draft.isEditable(route);
    const id = nameOfObject(route);
    if (canTurn && request.extend?.includes(id)) {
      const value = [backendOf(plan, route.namespace, hopPort)];
      draft.edit(route, { kind: 'set-key', range: rule.range, key: 'backendRefs', value });
      continue;
    }
    conflict(context, {
      code: 'host-routed',
      text: `${context.shape.host} is already routed by ${id}.`,
      at: placeOf(route),
      waysOut: [
        ...(canTurn ? [{ title: 'Extend it', change: { extend: [...(request.extend ?? []), id] } }] : []),
        { title: 'Open it', open: placeOf(route) },
      ],
    });
    return false;
  }
  return true;
}

/** A route with the ServiceEntry as its parent acts for all hosts of it. */
function hasOtherHosts({ context, entry, kind }: ApiPlan): boolean {
  const hosts = entry.object?.resource.hosts?.items ?? [];
  if (!entry.object || hosts.length < 2) return false;
  conflict(context, {
    code: 'form',
    text: `${nameOfObject(entry.object)} declares ${hosts.length} hosts, and ${kind === 'TLSRoute' ? 'a TLSRoute' : 'an HTTPRoute'} with it as its parent acts for all of them.`,
    at: placeOf(entry.object),
    waysOut: [IN_ISTIO_FORM, { title: 'Open it', open: placeOf(entry.object) }],
  });
  return true;
}

function create(plan: ApiPlan, namespace: string, hopPort: number): void {
  const { context, entry, kind, port } = plan;
  const { draft, shape } = context;
  const parent = {
    group: ISTIO_NETWORKING_GROUP,
    kind: 'ServiceEntry',
    name: entry.name,
    ...(entry.namespace === namespace ? {} : { namespace: entry.namespace }),
    port,
  };
  draft.add({
    apiVersion: GATEWAY_API_VERSION,
    kind,
    name: draft.nameFor(kind, namespace, slugOf(shape.host, 'to-gateway-')),
    namespace,
    spec: {
      parentRefs: [parent],
      ...(kind === 'TLSRoute' ? { hostnames: [shape.host] } : {}),
      rules: [{ backendRefs: [backendOf(plan, namespace, hopPort)] }],
    },
  });
}

function backendOf({ install }: ApiPlan, namespace: string | undefined, port: number): YamlData {
  const { service, namespace: owner } = install;
  return { name: service, ...(owner === namespace ? {} : { namespace: owner }), port };
}

/** The route that the gateway follows: from its listener to the external host. */
import { ISTIO_NETWORKING_GROUP, type K8sRoute } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { type Parent, parentOf } from '../../mesh/route-references.ts';
import { backendHost } from '../../mesh/route-rules.ts';
import { admittingParents } from '../../trace/gateway-api/parents.ts';
import { hostCoveredBy } from '../../mesh/hosts.ts';
import { inConfigOrder } from '../../trace/plane.ts';
import { conflict, nameOfObject, placeOf } from '../context.ts';
import { slugOf } from '../slug.ts';
import type { PlannedListener } from './listener.ts';
import { type ApiPlan, GATEWAY_API_VERSION } from './parts.ts';

/** A listener as a route names it: without a name any will do. */
export interface BoundListener {
  readonly name: string | undefined;
  readonly port: number | undefined;
}

export interface GatewayLegRoute {
  readonly route: MeshObject<K8sRoute>;
  /** Listeners that take it for the host. */
  readonly listeners: readonly BoundListener[];
  /** Whether all its calls go to the host and port of the route. */
  readonly leads: boolean;
}

/** Routes of the Gateway that take requests for the host, in the order of configuration. A Gateway that is not there yet is given the listeners that they name. */
export function findGatewayLegs(plan: ApiPlan): readonly GatewayLegRoute[] {
  const { context, install, gateway, kind } = plan;
  const { plane, shape } = context;
  const routes = plane.reader.parented('Gateway', install.namespace, gateway.name).filter(plane.accepts);
  return inConfigOrder([...new Set(routes)])
    .filter(({ resource }) => resource.kind === kind && takes(resource, shape.host))
    .map((route) => ({
      route,
      leads: leads(plan, route),
      listeners: gateway.object ? listenersFor(plan, route) : listenersNamed(plan, route),
    }));
}

function listenersFor({ context, install, gateway }: ApiPlan, route: MeshObject<K8sRoute>): readonly BoundListener[] {
  return admittingParents(context.plane, route).flatMap(({ parent, listener }) =>
    listener && isParent({ install, gateway }, parent)
      ? [{ name: listener.name?.value ?? '', port: listener.port?.value }]
      : [],
  );
}

function listenersNamed({ install, gateway }: ApiPlan, { resource, namespace }: MeshObject<K8sRoute>) {
  return (resource.parentRefs?.items ?? []).flatMap((each): readonly BoundListener[] => {
    const parent = parentOf(each, namespace);
    if (!parent || !isParent({ install, gateway }, parent) || namespace !== install.namespace) return [];
    return [{ name: each.sectionName?.value, port: each.port?.value }];
  });
}

function isParent({ install, gateway }: Pick<ApiPlan, 'install' | 'gateway'>, parent: Parent): boolean {
  return parent.kind === 'Gateway' && parent.name === gateway.name && parent.namespace === install.namespace;
}

/** Sees to it that a route leads from the listener to the host. */
export function planGatewayLeg(plan: ApiPlan, listener: PlannedListener, found: readonly GatewayLegRoute[]): void {
  const { draft, request } = plan.context;
  const bound = found.filter(({ listeners }) =>
    listeners.some(({ name }) => name === undefined || name === listener.name),
  );
  const leading = bound.find((each) => each.leads);
  if (leading) {
    draft.use(leading.route);
    return;
  }
  const rival = bound.find(({ route }) => takesAll(route.resource));
  if (rival) {
    lead(plan, rival.route);
    return;
  }
  const elsewhere = found.find(
    (each) => each.leads && draft.isEditable(each.route) && each.route.namespace === plan.install.namespace,
  );
  const parents = elsewhere?.route.resource.parentRefs;
  if (elsewhere && parents && request.hopPort === undefined) {
    draft.edit(elsewhere.route, {
      kind: 'append-item',
      range: parents.range,
      value: parentData(plan, plan.install.namespace, listener),
    });
    return;
  }
  create(plan, listener);
}

function takes({ hostnames }: K8sRoute, host: string): boolean {
  const items = hostnames?.items ?? [];
  return items.length === 0 || items.some(({ value }) => value !== undefined && hostCoveredBy(host, value));
}

function leads({ context, to }: ApiPlan, { resource, namespace }: MeshObject<K8sRoute>): boolean {
  const { clusterDomain } = context.plane.reader.settings;
  const rules = resource.rules?.items ?? [];
  return (
    takesAll(resource) &&
    rules.every(({ backendRefs }) =>
      (backendRefs?.items ?? []).every(
        (each) => backendHost(each, namespace, clusterDomain) === to.host && each.port?.value === to.port,
      ),
    )
  );
}

/** Whether a rule has no conditions. */
function takesAll({ rules }: K8sRoute): boolean {
  return (rules?.items ?? []).some(({ matches }) => (matches?.items ?? []).length === 0);
}

/** A route that sends the host out of the gateway elsewhere is led to where the request wants it, where that was asked for. */
function lead(plan: ApiPlan, route: MeshObject<K8sRoute>): void {
  const { context, to } = plan;
  const { draft, request, shape } = context;
  const [rule, another] = route.resource.rules?.items ?? [];
  const canLead = rule && !another && draft.isEditable(route) && (route.resource.hostnames?.items ?? []).length === 1;
  const id = `${nameOfObject(route)} at the gateway`;
  if (canLead && request.extend?.includes(id)) {
    draft.edit(route, { kind: 'set-key', range: rule.range, key: 'backendRefs', value: [hostnameBackend(to)] });
    return;
  }
  conflict(context, {
    code: 'host-routed',
    text: `${nameOfObject(route)} sends ${shape.host} out of the gateway already, to another place than port ${to.port} of ${to.host}.`,
    at: placeOf(route),
    waysOut: [
      ...(canLead ? [{ title: 'Extend it', change: { extend: [...(request.extend ?? []), id] } }] : []),
      { title: 'Open it', open: placeOf(route) },
    ],
  });
}

function create(plan: ApiPlan, listener: PlannedListener): void {
  const { context, kind, to } = plan;
  const { draft, shape, gatewayHome } = context;
  draft.add({
    apiVersion: GATEWAY_API_VERSION,
    kind,
    name: draft.nameFor(kind, gatewayHome, slugOf(shape.host, 'from-gateway-')),
    namespace: gatewayHome,
    spec: {
      parentRefs: [parentData(plan, gatewayHome, listener)],
      hostnames: [shape.host],
      rules: [{ backendRefs: [hostnameBackend(to)] }],
    },
  });
}

function parentData({ gateway, install }: ApiPlan, namespace: string, listener: PlannedListener) {
  return {
    name: gateway.name,
    ...(install.namespace === namespace ? {} : { namespace: install.namespace }),
    sectionName: listener.name,
  };
}

function hostnameBackend({ host, port }: ApiPlan['to']) {
  return { group: ISTIO_NETWORKING_GROUP, kind: 'Hostname', name: host, port };
}

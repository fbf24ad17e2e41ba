/** The VirtualService of a route: rules added to the one that is there, or a new one. */
import type { VirtualService } from '../../manifest/types.ts';
import { MESH_GATEWAY } from '../../mesh/gateway-names.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { boundGateways, type RouteRule, rulesOf } from '../../mesh/virtual-service-rules.ts';
import type { YamlData } from '../../yaml/edits.ts';
import { exportToFor } from '../audience.ts';
import {
  conflict,
  type Context,
  exportDefaults,
  gatewayNamespaces,
  hiddenFrom,
  nameOfObject,
  placeOf,
  showTo,
} from '../context.ts';
import type { Block, LegsShape } from '../shape.ts';
import { slugOf } from '../slug.ts';
import { type FoundLegs, meshRulesFor, rivalsAtGateway } from './found-legs.ts';
import type { PlannedServer } from './gateway.ts';

interface Rule {
  readonly block: Block;
  readonly gateway: string;
  readonly match: YamlData;
  readonly destination: YamlData;
}

/**
 * Sees to it that both legs are there.
 *
 * @param subsets of the gateway and of the external host, which the rules send to
 */
export function planLegs(
  context: Context,
  legs: LegsShape,
  server: PlannedServer,
  subsets: { readonly gateway: string | undefined; readonly host: string | undefined },
  found: FoundLegs,
): void {
  const mesh = found.mesh ? [] : [meshRule(context, legs, server, subsets.gateway)];
  const reached =
    found.gateway && (found.gateway.port ?? server.port) === server.port && found.gateway.gateway === server.gateway;
  const gateway = reached ? [] : [gatewayRule(legs, server, subsets.host)];
  if (gateway.length > 0 && !clearGateway(context, legs, server, gateway)) return;
  if (mesh.length > 0) writeMesh(context, legs, found, mesh, gateway);
  else if (found.mesh) completeMesh(context, found.mesh.object, found, gateway);
}

/**
 * Sees to it that no rule of the gateway takes the calls before the one that is added.
 *
 * @returns whether the rule still has to be added, or can be
 */
function clearGateway(context: Context, legs: LegsShape, server: PlannedServer, gateway: Rule[]): boolean {
  const { draft, request } = context;
  const [rival, second] = rivalsAtGateway(context, legs, server);
  if (!rival) return true;
  const { object, rule } = rival;
  const [route, another] = rule.destinations;
  const [wanted] = gateway;
  const canLead = !second && route && !another && wanted && draft.isEditable(object);
  const id = `${nameOfObject(object)} at the gateway`;
  if (canLead && request.extend?.includes(id)) {
    draft.edit(object, { kind: 'set-key', range: route.range, key: 'destination', value: wanted.destination });
    gateway.pop();
    return true;
  }
  const { host, port } = route?.destination ?? {};
  conflict(context, {
    code: 'host-routed',
    text: `${nameOfObject(object)} sends ${context.shape.host} out of the gateway already, to port ${port?.value ?? 'of the call'} of ${host?.value ?? 'another host'}.`,
    at: { path: object.path, range: rule.range },
    waysOut: [
      ...(canLead ? [{ title: 'Extend it', change: { extend: [...(request.extend ?? []), id] } }] : []),
      { title: 'Open it', open: placeOf(object) },
    ],
  });
  return false;
}

/** The leg from the sidecars is missing: into the VirtualService that they follow, beside the leg that is there, or into a new one. */
function writeMesh(
  context: Context,
  legs: LegsShape,
  found: FoundLegs,
  mesh: readonly Rule[],
  gateway: readonly Rule[],
): void {
  const [existing, second] = found.onMesh;
  const holder = found.gateway?.object;
  if (second) alreadyRouted(context, legs, second);
  else if (existing) extendMesh(context, legs, existing, [...mesh, ...gateway]);
  else if (gateway.length === 0 && holder && takesMeshRules(context, holder)) extend(context, holder, mesh);
  else create(context, [...mesh, ...gateway]);
}

/** The leg from the sidecars is there: shown to all who may use it, and the other leg added where it is missing. */
function completeMesh(
  context: Context,
  holder: MeshObject<VirtualService>,
  found: FoundLegs,
  gateway: readonly Rule[],
): void {
  if (!show(context, holder)) return;
  if (gateway.length === 0 && found.gateway) context.draft.use(found.gateway.object);
  else if (takesGatewayRules(context, holder)) extend(context, holder, gateway);
  else create(context, gateway);
}

/** Adds the legs to a VirtualService of the host whose rules sidecars follow: a second one beside it would not be merged with it. */
function extendMesh(
  context: Context,
  legs: LegsShape,
  existing: MeshObject<VirtualService>,
  rules: readonly Rule[],
): void {
  const { draft } = context;
  const hosts = existing.resource.hosts?.items.length ?? 0;
  const rivals = meshRulesFor(context, legs, existing);
  const [rival] = rivals;
  const turned =
    rival && canTurn(context, existing, rivals) && context.request.extend?.includes(nameOfObject(existing));
  if (turned) turn(context, existing, rival, rules);
  else if (rivals.length > 0 || !draft.isEditable(existing) || (hosts > 1 && legs.mesh !== 'tls'))
    alreadyRouted(context, legs, existing);
  else if (takesGatewayRules(context, existing)) extend(context, existing, rules);
  else {
    extend(
      context,
      existing,
      rules.filter((each) => each.gateway === MESH_GATEWAY),
    );
    create(
      context,
      rules.filter((each) => each.gateway !== MESH_GATEWAY),
    );
  }
}

/** Whether the one rule that has the calls now can be led through the gateway, with all else that it says kept. */
function canTurn({ draft }: Context, object: MeshObject<VirtualService>, rivals: readonly RouteRule[]): boolean {
  const [rule, second] = rivals;
  const gatewayed = rulesOf(object).filter((each) => each !== rule && each.range !== rule?.range);
  return (
    rule !== undefined &&
    !second &&
    draft.isEditable(object) &&
    (object.resource.hosts?.items.length ?? 0) === 1 &&
    rule.destinations.length === 1 &&
    [...rule.gateways].every((each) => each === MESH_GATEWAY) &&
    gatewayed.every(({ matches }) => matches.length > 0 && matches.every((each) => each.gateways))
  );
}

/** Gives a rule of the sidecars the gateway as its destination. */
function turn(context: Context, object: MeshObject<VirtualService>, rule: RouteRule, rules: readonly Rule[]): void {
  const { draft } = context;
  const [route] = rule.destinations;
  const mesh = rules.find(({ gateway }) => gateway === MESH_GATEWAY);
  if (!route || !mesh) return;
  draft.edit(object, { kind: 'set-key', range: route.range, key: 'destination', value: mesh.destination });
  if (rule.matches.length === 0)
    draft.edit(object, { kind: 'set-key', range: rule.range, key: 'match', value: [mesh.match] });
  for (const match of rule.matches) {
    if (!match.gateways)
      draft.edit(object, { kind: 'set-key', range: match.range, key: 'gateways', value: [MESH_GATEWAY] });
  }
  extend(
    context,
    object,
    rules.filter((each) => each !== mesh),
  );
}

function extend(context: Context, object: MeshObject<VirtualService>, rules: readonly Rule[]): void {
  const { draft } = context;
  if (!show(context, object)) return;
  const { resource } = object;
  const bound = boundGateways(object);
  const missing = [...new Set(rules.map(({ gateway }) => gateway))].filter((gateway) => !bound.has(gateway));
  const list = resource.gateways;
  if (missing.length > 0) {
    if (list && list.items.length > 0)
      for (const value of missing) draft.edit(object, { kind: 'append-item', range: list.range, value });
    else draft.setSpec(object, 'gateways', [...bound, ...missing]);
  }
  for (const block of ['http', 'tls', 'tcp'] as const) {
    const own = rules.filter((each) => each.block === block).map(dataOf);
    const written = resource[block];
    if (own.length === 0) continue;
    if (written) for (const value of own) draft.edit(object, { kind: 'append-item', range: written.range, value });
    else draft.setSpec(object, block, own);
  }
}

function show(context: Context, object: MeshObject<VirtualService>): boolean {
  context.draft.use(object);
  return showTo(context, object, hiddenFrom(context, object, gatewayNamespaces(context)));
}

/** Whether rules for the gateway can be added: those that name no gateway would act there too, and send calls round in circles. */
function takesGatewayRules({ draft }: Context, object: MeshObject<VirtualService>): boolean {
  return draft.isEditable(object) && everyMatchNamesGateways(object);
}

function takesMeshRules({ draft }: Context, object: MeshObject<VirtualService>): boolean {
  return (
    draft.isEditable(object) && everyMatchNamesGateways(object) && (object.resource.hosts?.items.length ?? 0) === 1
  );
}

function everyMatchNamesGateways(object: MeshObject<VirtualService>): boolean {
  return rulesOf(object).every(
    ({ matches }) => matches.length > 0 && matches.every(({ gateways }) => (gateways?.items.length ?? 0) > 0),
  );
}

function alreadyRouted(context: Context, legs: LegsShape, object: MeshObject<VirtualService>): void {
  const { draft, shape } = context;
  const several = (object.resource.hosts?.items.length ?? 0) > 1;
  const why = !draft.isEditable(object)
    ? object.namespace === undefined
      ? ', whose namespace is not written'
      : ', which cannot be edited here'
    : several && meshRulesFor(context, legs, object).length === 0
      ? ' together with other hosts'
      : '';
  conflict(context, {
    code: 'host-routed',
    text: `${shape.host} is already routed by ${nameOfObject(object)}${why}.`,
    at: placeOf(object),
    waysOut: [
      ...(canTurn(context, object, meshRulesFor(context, legs, object))
        ? [{ title: 'Extend it', change: { extend: [...(context.request.extend ?? []), nameOfObject(object)] } }]
        : []),
      { title: 'Open it', open: placeOf(object) },
    ],
  });
}

function create(context: Context, rules: readonly Rule[]): void {
  const mesh = rules.filter(({ gateway }) => gateway === MESH_GATEWAY);
  const others = rules.filter((each) => !mesh.includes(each));
  // What both must see, workloads beside the gateway would see too.
  const parts = context.apart && mesh.length > 0 ? [mesh, others] : [rules];
  for (const part of parts) if (part.length > 0) createOne(context, part);
}

function createOne(context: Context, rules: readonly Rule[]): void {
  const { draft, shape, home, apiVersion, audience } = context;
  const gateways = [...new Set(rules.map(({ gateway }) => gateway))];
  const forGatewayOnly = !gateways.includes(MESH_GATEWAY);
  const name = slugOf(shape.host) + (forGatewayOnly && context.apart ? '-gateway' : '');
  const readers = forGatewayOnly
    ? { audience: gatewayNamespaces(context), gateways: [] }
    : { audience, gateways: gateways.length > 1 ? gatewayNamespaces(context) : [] };
  const exportTo = exportToFor(readers, home, exportDefaults(context, 'VirtualService'));
  const blocks = ['http', 'tls', 'tcp'] as const;
  draft.add({
    apiVersion,
    kind: 'VirtualService',
    name: draft.nameFor('VirtualService', home, name),
    namespace: home,
    spec: {
      hosts: [shape.host],
      gateways,
      ...Object.fromEntries(
        blocks.flatMap((block) => {
          const own = rules.filter((each) => each.block === block).map(dataOf);
          return own.length > 0 ? [[block, own] as const] : [];
        }),
      ),
      ...(exportTo ? { exportTo } : {}),
    },
  });
}

function meshRule(
  { shape, install }: Context,
  legs: LegsShape,
  server: PlannedServer,
  subset: string | undefined,
): Rule {
  const match = {
    gateways: [MESH_GATEWAY],
    port: shape.calls[0]?.port ?? 0,
    ...(legs.mesh === 'tls' ? { sniHosts: legs.sniHosts } : {}),
    ...(legs.mesh === 'tcp' && legs.subnets.length > 0 ? { destinationSubnets: legs.subnets } : {}),
  };
  const destination = {
    host: install?.host ?? '',
    ...(subset === undefined ? {} : { subset }),
    port: { number: server.port },
  };
  return { block: legs.mesh, gateway: MESH_GATEWAY, match, destination };
}

function gatewayRule(legs: LegsShape, server: PlannedServer, subset: string | undefined): Rule {
  const match = {
    gateways: [server.gateway],
    port: server.port,
    ...(legs.gateway === 'tls' ? { sniHosts: legs.sniHosts } : {}),
  };
  const { host, port } = legs.to;
  const destination = { host, ...(subset === undefined ? {} : { subset }), port: { number: port } };
  return { block: legs.gateway, gateway: server.gateway, match, destination };
}

function dataOf({ match, destination }: Rule): YamlData {
  return { match: [match], route: [{ destination }] };
}

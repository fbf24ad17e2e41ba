/** What VirtualServices do with the route's calls already. */
import type { Gateway, VirtualService } from '../../manifest/types.ts';
import { MESH_GATEWAY, resolveGatewayName } from '../../mesh/gateway-names.ts';
import { resolveShortHost } from '../../mesh/hosts.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { boundGateways, type RouteRule, rulesOf } from '../../mesh/virtual-service-rules.ts';
import { inConfigOrder } from '../../trace/plane.ts';
import { type Context, seenFrom } from '../context.ts';
import type { LegsShape } from '../shape.ts';
import { selectsInstall } from './servers.ts';

export interface FoundLeg {
  readonly object: MeshObject<VirtualService>;
  readonly rule: RouteRule;
}

export interface MeshLeg extends FoundLeg {
  /** The port of the gateway's Service that it sends to. */
  readonly port: number;
  readonly subset: string | undefined;
}

export interface GatewayLeg extends FoundLeg {
  /** `namespace/name` of the Gateway that it is bound to. */
  readonly gateway: string;
  /** Whether there is no such Gateway. */
  readonly missing: boolean;
  /** The server's port that it is for; undefined for any. */
  readonly port: number | undefined;
  /** The subset of the external host that it sends to. */
  readonly subset: string | undefined;
}

export interface FoundLegs {
  readonly mesh: MeshLeg | undefined;
  readonly gateway: GatewayLeg | undefined;
  /** VirtualServices of exactly this host that sidecars of the audience take rules from. */
  readonly onMesh: readonly MeshObject<VirtualService>[];
}

export function findLegs(context: Context, legs: LegsShape): FoundLegs {
  const { plane, shape, clients } = context;
  const routes = inConfigOrder(plane.reader.hosting('VirtualService', shape.host).filter(plane.accepts));
  const onMesh = routes.filter(
    (each) =>
      boundGateways(each).has(MESH_GATEWAY) && clients.some((client) => seenFrom(context, each, client) === 'visible'),
  );
  const mesh = onMesh.flatMap((each) => meshLegs(context, legs, each))[0];
  const gateways = routes
    .filter((each) => context.install && seenFrom(context, each, context.install.namespace) === 'visible')
    .flatMap((each) => gatewayLegs(context, legs, each));
  const gateway = gateways.find((each) => !mesh || each.port === undefined || each.port === mesh.port);
  return { mesh, gateway, onMesh };
}

/** Rules of other legs that a gateway would take the route's calls by, before one that is added: the same block and port, another destination. */
export function rivalsAtGateway(
  context: Context,
  legs: LegsShape,
  server: { readonly gateway: string; readonly port: number },
): readonly FoundLeg[] {
  const { plane, shape, install } = context;
  return inConfigOrder(plane.reader.hosting('VirtualService', shape.host).filter(plane.accepts))
    .filter((each) => install && seenFrom(context, each, install.namespace) === 'visible')
    .flatMap((object) =>
      rulesOf(object)
        .filter((rule) => rule.block === legs.gateway && rule.gateways.has(server.gateway))
        .filter(({ destinations: [first] }) => !isTo(legs, first))
        .filter((rule) =>
          matchPorts(object, rule, server.gateway).some((port) => port === undefined || port === server.port),
        )
        .map((rule) => ({ object, rule })),
    );
}

/** Rules of a block that act for the sidecars' calls to this port. */
export function meshRulesFor(
  { shape }: Context,
  legs: LegsShape,
  object: MeshObject<VirtualService>,
): readonly RouteRule[] {
  const ports = new Set(shape.calls.map(({ port }) => port));
  return rulesOf(object).filter(
    (rule) =>
      rule.block === legs.mesh &&
      rule.gateways.has(MESH_GATEWAY) &&
      matchPorts(object, rule, MESH_GATEWAY).some((port) => port === undefined || ports.has(port)),
  );
}

function meshLegs(context: Context, legs: LegsShape, object: MeshObject<VirtualService>): readonly MeshLeg[] {
  const { plane, install, shape } = context;
  return meshRulesFor(context, legs, object).flatMap((rule): readonly MeshLeg[] => {
    const [first, second] = rule.destinations;
    const host = first?.destination?.host?.value;
    if (!install || host === undefined || second) return [];
    if (resolveShortHost(host, object.namespace, plane.reader.settings.clusterDomain) !== install.host) return [];
    const port = first?.destination?.port?.value ?? shape.calls[0]?.port ?? 0;
    return [{ object, rule, port, subset: first?.destination?.subset?.value }];
  });
}

function gatewayLegs(context: Context, legs: LegsShape, object: MeshObject<VirtualService>): readonly GatewayLeg[] {
  return rulesOf(object).flatMap((rule): readonly GatewayLeg[] => {
    const [first, second] = rule.destinations;
    if (rule.block !== legs.gateway || second || !isTo(legs, first)) return [];
    return [...rule.gateways]
      .filter((each) => each !== MESH_GATEWAY && boundGateways(object).has(each))
      .filter((each) => {
        const objects = gatewayObject(context, each);
        // A Gateway that is not there yet may be made.
        return objects.length === 0 || objects.some((gateway) => selectsInstall(context, gateway));
      })
      .map((gateway) => ({
        missing: gatewayObject(context, gateway).length === 0,
        object,
        rule,
        gateway,
        port: matchPorts(object, rule, gateway)[0],
        subset: first?.destination?.subset?.value,
      }));
  });
}

function isTo({ to }: LegsShape, route: RouteRule['destinations'][number] | undefined): boolean {
  const { host, port } = route?.destination ?? {};
  return host?.value === to.host && (port?.value ?? to.port) === to.port;
}

function gatewayObject({ plane }: Context, key: string): readonly MeshObject<Gateway>[] {
  const { namespace, name } = resolveGatewayName(key, undefined);
  return plane.reader.named('Gateway', namespace || undefined, name);
}

/** The ports of the matches of a rule that act for a gateway; undefined in the list stands for any port. */
function matchPorts(
  object: MeshObject<VirtualService>,
  rule: RouteRule,
  gateway: string,
): readonly (number | undefined)[] {
  const rules = [
    ...(object.resource.http?.items ?? []),
    ...(object.resource.tls?.items ?? []),
    ...(object.resource.tcp?.items ?? []),
  ];
  const matches = rules.find((each) => each.range === rule.range)?.match?.items ?? [];
  if (matches.length === 0) return [undefined];
  return matches
    .filter(({ gateways }) => {
      const names = gateways?.items ?? [];
      return (
        names.length === 0 ||
        names.some(({ value }) => value !== undefined && keyOf(value, object.namespace) === gateway)
      );
    })
    .map(({ port }) => port?.value);
}

function keyOf(written: string, namespace: string | undefined): string {
  const { form, namespace: owner, name } = resolveGatewayName(written, namespace);
  return form === 'mesh' ? MESH_GATEWAY : `${owner ?? ''}/${name}`;
}

/** For whom a rule of a VirtualService acts, and which gateways belong to it. */
import type { Gateway, VirtualService } from '../../manifest/types.ts';
import { gatewayKey, MESH_GATEWAY, resolveGatewayName } from '../../mesh/gateway-names.ts';
import { gatewayPods, routesOf } from '../../mesh/gateway-pods.ts';
import { type GatewayService, gatewayServices, installedServices } from '../../mesh/gateway-services.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { boundGateways } from '../../mesh/virtual-service-rules.ts';
import { some } from './candidate.ts';
import { gatewayOf, gatewaysBound, takesAny } from './gateways.ts';
import { aroundKey, isSelf, ruleAround, type Scene } from './scene.ts';

export interface Acting {
  /** Sidecars follow it. */
  readonly mesh: boolean;
  /** Gateways do, whether they are here or not. */
  readonly gateway: boolean;
  /** Those that are here. */
  readonly gateways: readonly MeshObject<Gateway>[];
}

/** For whom the rule around the token acts. */
export function actingRule(scene: Scene): Acting {
  const route = virtualServiceOf(scene);
  if (!route) return { mesh: false, gateway: false, gateways: [] };
  return acting(scene, ruleAround(scene)?.gateways ?? boundGateways(route));
}

/** For whom the match around the token acts: what it names, else all that the VirtualService is bound to. */
export function actingMatch(scene: Scene): Acting {
  const route = virtualServiceOf(scene);
  const node = aroundKey(scene, 'match');
  if (!route || !node) return actingRule(scene);
  const match = ruleAround(scene)?.matches.find((each) => each.range.start === node.range.start);
  const names = (match?.gateways?.items ?? []).flatMap(({ value }) => value ?? []);
  if (names.length === 0) return acting(scene, boundGateways(route));
  return acting(scene, new Set(names.map((each) => gatewayKey(resolveGatewayName(each, route.namespace)))));
}

/** The VirtualService that is being typed. */
export function virtualServiceOf({ object }: Scene): MeshObject<VirtualService> | undefined {
  const { resource } = object;
  return resource.kind === 'VirtualService' ? { ...object, resource } : undefined;
}

/** Its hosts, as far as they are known. */
export function ownHosts({ object: { resource } }: Scene): readonly string[] {
  const written = resource.kind === 'VirtualService' || resource.kind === 'ServiceEntry' ? resource.hosts : undefined;
  return (written?.items ?? []).flatMap(({ value }) => value ?? []);
}

/** The Gateways of a VirtualService: those that it is bound to, else those whose servers take its hosts. */
export function ownGateways(scene: Scene): readonly MeshObject<Gateway>[] {
  const route = virtualServiceOf(scene);
  if (!route) return [];
  const bound = gatewaysBound({ reader: scene.reader, object: route });
  if (bound.length > 0) return bound;
  const hosts = ownHosts(scene);
  return some(scene.reader.all('Gateway')).members.filter((each) => takesAny(each, hosts, route.namespace));
}

/** The Services of egress gateways: of the VirtualService's own Gateways first, then of known installs. */
export function egressServices(scene: Scene): {
  readonly own: readonly GatewayService[];
  readonly others: readonly GatewayService[];
} {
  const { reader } = scene;
  const own = ownGateways(scene).flatMap((each) => gatewayServices(reader, each));
  return { own, others: installedServices(reader).filter(({ host }) => !own.some((each) => each.host === host)) };
}

/** The namespaces of the pods of these Gateways. */
export function podNamespaces(
  { reader }: Pick<Scene, 'reader'>,
  gateways: readonly MeshObject<Gateway>[],
  also?: MeshObject<VirtualService>,
) {
  const found = gateways.flatMap((gateway) => {
    const [known] = also ? [also] : boundTo(reader, gateway);
    const routes = known ? routesOf(reader, gateway, known) : [];
    return gatewayPods(reader, gateway, routes).map(({ namespace }) => namespace);
  });
  return [...new Set(found)];
}

/** VirtualServices that name one of these hosts, without the one that is being typed. */
export function routesFor(scene: Scene, hosts: readonly string[]): readonly MeshObject<VirtualService>[] {
  return hosts.flatMap((host) => scene.reader.hosting('VirtualService', host)).filter((each) => !isSelf(scene, each));
}

function boundTo(reader: Scene['reader'], { namespace, resource }: MeshObject<Gateway>) {
  return reader.boundTo(gatewayKey({ form: 'qualified', namespace, name: resource.name.value ?? '' }));
}

function acting({ reader }: Scene, names: ReadonlySet<string>): Acting {
  const gateways = [...names].flatMap((each) => gatewayOf(reader, each));
  return {
    mesh: names.has(MESH_GATEWAY),
    gateway: [...names].some((each) => each !== MESH_GATEWAY),
    gateways,
  };
}

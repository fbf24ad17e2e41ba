/**
 * What all services without an address of their own have in common on a port of a sidecar (`buildSidecarOutboundListener` in `listener.go`). It depends on
 * every service of the port, but says little: an edit of one of them rarely makes it another.
 */
import { MANNERS, type Manner, mannerOf } from '../mesh/serving.ts';
import { ANY_ADDRESS, type MeshService, portOf } from './model.ts';
import { type Plane, stable } from './plane.ts';
import {
  inRegistryOrder,
  installs,
  servicesIn,
  servicesNamed,
  servicesOfHost,
  servicesOfObject,
  servicesOverlapping,
  servicesWithPort,
} from './registry.ts';
import { routingConfig } from './mesh-config.ts';
import type { EgressListener, SidecarScope } from './scope.ts';
import { listenerServices } from './scope-services.ts';
import { isWildcard } from '../mesh/hosts.ts';

/** Ports that the sidecar itself listens on. */
export const RESERVED_PORTS: readonly number[] = [15001, 15006];

export interface SharedPort {
  /** Whose port it is: Mongo and MySQL servers speak first, and share it with nothing else. */
  readonly leader: 'Mongo' | 'MySQL' | 'others';
  readonly http: boolean;
  readonly tls: boolean;
  /** The first TCP service: it takes what nothing else does. */
  readonly first: MeshService | undefined;
}

/** Undefined where no such service has the port. */
export function sharedPort(
  plane: Plane,
  scope: SidecarScope,
  listener: EgressListener,
  port: number,
): SharedPort | undefined {
  return stable(plane, `port ${port} of ${listener.index} of ${scope.id}`, (inner) => {
    const sharing = sharingServices(inner, scope, listener, port);
    const [leading] = sharing;
    if (!leading) return undefined;
    const [kind = ''] = leading.manner.split(' ');
    const leader = kind === 'Mongo' || kind === 'MySQL' ? kind : 'others';
    const alone = leader === 'others' ? undefined : leader;
    const takes: readonly Manner[] = alone ? [alone] : ['tcp', 'sniffed'];
    return {
      leader,
      http: !alone && sharing.some(({ manner }) => manner === 'http' || manner.startsWith('sniffed')),
      tls: !alone && sharing.some(({ manner }) => manner.startsWith('tls')),
      first: sharing.find(({ manner }) => takes.includes(manner))?.service,
    } satisfies SharedPort;
  });
}

/**
 * Whether this is the first service of a port: its chains are there before any others are compared with them. Asked only where that matters, since it
 * depends on who is first.
 */
export function isFirstOfPort(
  plane: Plane,
  scope: SidecarScope,
  listener: EgressListener,
  port: number,
  service: MeshService,
): boolean {
  const title = serviceTitle(service);
  return stable(plane, `whether ${title} is first on port ${port} of ${listener.index} of ${scope.id}`, (inner) => {
    const [first] = sharingServices(inner, scope, listener, port);
    return first !== undefined && serviceTitle(first.service) === title;
  });
}

/** Those that tell, in the registry's order. */
function sharingServices(
  plane: Plane,
  scope: SidecarScope,
  listener: EgressListener,
  port: number,
): readonly { readonly service: MeshService; readonly manner: Manner }[] {
  const services = listenerServices(plane, scope, listener, port, candidates(plane, scope, listener, port));
  return services.flatMap((service) => {
    const manner = sharedManner(service, port);
    return manner ? [{ service, manner }] : [];
  });
}

/** Tells the services of a port apart. */
function serviceTitle({ hostname, namespace, address, source }: MeshService): string {
  return `${namespace}/${hostname} ${address} ${source?.resource.name.value ?? ''}`;
}

/** How a service takes part in `0.0.0.0:port`; undefined where it has an address of its own, or no listener. */
export function sharedManner(service: MeshService, port: number): Manner | undefined {
  const protocol = portOf(service, port)?.protocol;
  const manner = protocol && mannerOf(protocol);
  if (!manner || service.resolution === 'alias') return undefined;
  if (manner === 'http') return RESERVED_PORTS.includes(port) ? undefined : manner;
  if (service.address.includes('/') && !service.kubernetes) return `${manner} block`;
  if (service.address !== ANY_ADDRESS) return undefined;
  // Headless Services and selected workloads have a listener for each address instead.
  const headless = service.resolution === 'passthrough' && (service.kubernetes || service.selector !== undefined);
  return headless ? undefined : manner;
}

/** Enough services to tell: all that a narrow import names; of a broad one the first of each manner, and what few namespaces see. */
function candidates(plane: Plane, scope: SidecarScope, listener: EgressListener, port: number): readonly MeshService[] {
  const { byNamespace } = listener.imports;
  const entries = [...byNamespace];
  const broad = byNamespace.get('*')?.all.includes('*') ?? false;
  if (broad && !listener.matchPort && entries.every(([, { excluded }]) => excluded.length === 0)) {
    return [...publicHeads(plane, port), ...privateServices(plane, scope.namespace)];
  }
  if (broad) return servicesWithPort(plane, port);
  return entries.flatMap(([owner, { all }]) => {
    if (owner !== '*' && all.some(isWildcard)) return servicesIn(plane, owner, port);
    return all.flatMap((host) =>
      host === '*'
        ? servicesWithPort(plane, port)
        : isWildcard(host)
          ? servicesOverlapping(plane, host)
          : servicesNamed(plane, host),
    );
  });
}

/** Services that are for proxies of this namespace and not for all. */
function privateServices(plane: Plane, namespace: string): readonly MeshService[] {
  const { reader } = plane;
  const byDefault = routingConfig(plane).defaultExportTo.service;
  const hidden = !byDefault.has('*');
  return [
    ...reader.exportedTo('ServiceEntry', namespace),
    ...reader.exportedTo('Service', namespace),
    ...(hidden ? [...reader.all('ServiceEntry'), ...reader.all('Service')] : []),
  ].flatMap((each) => servicesOfObject(plane, each));
}

/**
 * Of the public services of a port the first of each manner, in the registry's order; where its host is declared more than once, and so may be another
 * service for some namespaces, those after it up to one that is not.
 */
function publicHeads(plane: Plane, port: number): readonly MeshService[] {
  return stable(plane, `first services of port ${port}`, (inner) => {
    const { reader } = inner;
    const audiences = routingConfig(inner).defaultExportTo.service.has('*')
      ? (['*', 'default'] as const)
      : (['*'] as const);
    const heads = MANNERS.flatMap((manner) =>
      (['Service', 'ServiceEntry'] as const).flatMap((kind) =>
        audiences.flatMap((audience): readonly MeshService[] => {
          const found: MeshService[] = [];
          for (const object of reader.serving(kind, { port, manner }, audience)) {
            const own = inRegistryOrder(
              servicesOfObject(inner, object).filter((each) => sharedManner(each, port) === manner),
            );
            found.push(...own);
            if (own[0] && servicesOfHost(inner, own[0].hostname).length === 1) break;
          }
          return found;
        }),
      ),
    );
    return [...heads, ...installs(inner)];
  });
}

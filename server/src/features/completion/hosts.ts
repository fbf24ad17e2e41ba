/** Hosts: of VirtualServices, servers, DestinationRules, destinations, and the server names of `tls` rules. */
import type { Service, ServiceEntry } from '../../manifest/types.ts';
import { defaultExportTo } from '../../mesh/export-defaults.ts';
import { gatewayKey } from '../../mesh/gateway-names.ts';
import { type GatewayService, installedServices } from '../../mesh/gateway-services.ts';
import { isWildcard } from '../../mesh/hosts.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { visibleTo } from '../../mesh/visibility.ts';
import { COLLECTED, type Candidate, mayBecome, type Offer, offer, some } from './candidate.ts';
import { actingRule, egressServices, ownHosts, routesFor } from './legs.ts';
import type { Scene } from './scene.ts';

/** Hosts of ServiceEntries that the namespace sees, those that nothing routes yet first. */
export function routedHosts(scene: Scene): Offer {
  const { candidates, cut } = externalHosts(scene, 0);
  const ranked = candidates.map((each): Candidate => {
    const [route] = routesFor(scene, [String(each.value)]);
    if (!route) return each;
    return { ...each, rank: each.rank + 10, detail: () => `routed by ${titleOf(route)}` };
  });
  return offer(ranked, { without: scene.siblings, cut });
}

/**
 * Hosts of VirtualServices that are bound to the Gateway, then of ServiceEntries. With the namespace in front where that is how this list
 * is written.
 */
export function serverHosts(scene: Scene): Offer {
  const { reader, object, siblings, token } = scene;
  const name = object.resource.name.value ?? '';
  const key = gatewayKey({ form: 'qualified', namespace: object.namespace, name });
  const isQualified = token.typed.includes('/') || [...siblings].some((each) => each.includes('/'));
  const written = (host: string, owner: string) =>
    isQualified ? `${owner === object.namespace ? '.' : owner}/${host}` : host;
  const bound = reader.boundTo(key).flatMap((route) =>
    (route.resource.hosts?.items ?? []).flatMap(({ value }): readonly Candidate[] => {
      if (value === undefined) return [];
      const detail = () => `routed by ${titleOf(route)}`;
      return [{ value: written(value, route.namespace ?? '*'), kind: 'host', detail, rank: 0, names: route }];
    }),
  );
  const { candidates: external, cut } = externalHosts(scene, 1);
  const candidates = [...bound, ...external.map((each) => ({ ...each, value: written(String(each.value), '*') }))];
  return offer(candidates, { without: siblings, cut });
}

/** Full names of Services and hosts of ServiceEntries: of the own namespace, of gateways, then all. */
export function ruleHosts(scene: Scene): Offer {
  const { reader, object } = scene;
  const gateways = installedServices(reader).map((each) => gatewayHost(each, 1));
  const { candidates, cut } = externalHosts(scene, 2);
  const near = candidates.map((each) => (each.names?.namespace === object.namespace ? { ...each, rank: 0 } : each));
  const services = serviceHosts(scene);
  return offer([...near, ...gateways, ...services.candidates], { cut: cut || services.cut });
}

/** Where a rule may send: sidecars to the gateway, the gateway to the outside. */
export function destinationHosts(scene: Scene): Offer {
  const { mesh, gateway } = actingRule(scene);
  const { own, others } = egressServices(scene);
  // A rule of both kinds is half-typed: the leg that sidecars follow is written first.
  const toGateway = mesh ? 0 : 20;
  const toOutside = gateway && !mesh ? 0 : 10;
  const { candidates, cut } = externalHosts(scene, toOutside + 4);
  return offer(
    [
      ...own.map((each) => gatewayHost(each, toGateway)),
      ...others.map((each) => gatewayHost(each, toGateway + 1)),
      ...routedOutside(scene, toOutside),
      ...candidates,
      ...serviceHosts(scene).candidates.map((each) => ({ ...each, rank: each.rank + 20 })),
    ],
    { cut },
  );
}

/** The server names of a `tls` rule must be the VirtualService's hosts, or below them. */
export function serverNames(scene: Scene): Offer {
  const candidates = ownHosts(scene).map((value, index): Candidate => ({ value, kind: 'host', rank: index }));
  return offer(candidates, { without: scene.siblings });
}

/** `DNS, 80 HTTP, 443 TLS`. */
export function entryText({ resource }: MeshObject<ServiceEntry>): string {
  const ports = (resource.ports?.items ?? []).map(({ number, protocol }) =>
    [number?.value, protocol?.value].filter((each) => each !== undefined).join(' '),
  );
  return ['ServiceEntry', resource.resolution?.value, ...ports].filter((each) => each !== undefined).join(', ');
}

export function hostsOf({ resource }: MeshObject<ServiceEntry>): readonly string[] {
  return (resource.hosts?.items ?? []).flatMap(({ value }) => value ?? []);
}

/** `namespace/name`, or the name alone where the namespace is not known. */
export function titleOf({ resource, namespace }: MeshObject): string {
  const name = resource.name.value ?? '';
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The VirtualService's own hosts, and those below its wildcards, as far as ServiceEntries declare them; the others last. */
function routedOutside({ reader, ...scene }: Scene, rank: number): readonly Candidate[] {
  return ownHosts({ reader, ...scene }).flatMap((host): readonly Candidate[] => {
    const [entry] = reader.hosting('ServiceEntry', host);
    const below = isWildcard(host) ? some(reader.under('ServiceEntry', host)).members : [];
    const own: Candidate = {
      value: host,
      kind: 'host',
      detail: entry ? entryText(entry) : 'no ServiceEntry declares it here',
      rank: entry ? rank : rank + 3,
      ...(entry ? { names: entry } : {}),
    };
    return [own, ...below.flatMap((each) => hostsOf(each).map((value) => externalHost(each, value, rank + 1)))];
  });
}

/** Hosts of ServiceEntries that are not hidden from the namespace, as far as what is typed may become one; its own first. */
function externalHosts({ reader, object, token }: Scene, rank: number): Found {
  const { namespace } = object;
  const typed = token.typed.slice(token.typed.indexOf('/') + 1);
  const defaults = defaultExportTo(reader, 'ServiceEntry');
  const candidates: Candidate[] = [];
  const add = (entry: MeshObject<ServiceEntry>, at: number) => {
    for (const { value } of entry.resource.hosts?.items ?? []) {
      if (value !== undefined && mayBecome(value, typed)) candidates.push(externalHost(entry, value, at));
    }
  };
  for (const entry of reader.inNamespace('ServiceEntry', namespace)) add(entry, rank);
  const { members, cut } = some(reader.all('ServiceEntry'));
  for (const entry of members) {
    if (candidates.length >= COLLECTED) return { candidates, cut: true };
    if (entry.namespace === namespace) continue;
    if (visibleTo(entry.resource.exportTo, entry.namespace, namespace, defaults) !== 'hidden') add(entry, rank + 1);
  }
  return { candidates, cut };
}

interface Found {
  readonly candidates: readonly Candidate[];
  readonly cut: boolean;
}

function externalHost(entry: MeshObject<ServiceEntry>, value: string, rank: number): Candidate {
  return { value, kind: 'host', detail: () => entryText(entry), rank, names: entry };
}

function gatewayHost({ host, ports, evidence, source }: GatewayService, rank: number): Candidate {
  const what = evidence === 'standard' ? 'gateway of the standard install' : 'gateway';
  const detail = `${what}, ${ports.map(({ number }) => number).join(', ')}`;
  return { value: host, kind: 'host', detail, rank, ...(source ? { names: source } : {}) };
}

/** Full names of Services that what is typed may become. */
function serviceHosts({ reader, object, token }: Scene): Found {
  const candidates: Candidate[] = [];
  const { members, cut } = some(reader.all('Service'));
  for (const service of members) {
    if (candidates.length >= COLLECTED) return { candidates, cut: true };
    const name = service.resource.name.value;
    if (name === undefined || service.namespace === undefined) continue;
    const value = `${name}.${service.namespace}.svc.${reader.settings.clusterDomain}`;
    if (!mayBecome(value, token.typed)) continue;
    const rank = service.namespace === object.namespace ? 0 : 3;
    candidates.push({ value, kind: 'host', detail: () => serviceText(service), rank, names: service });
  }
  return { candidates, cut };
}

function serviceText({ resource }: MeshObject<Service>): string {
  const ports = (resource.ports?.items ?? []).flatMap(({ port }) => port?.value ?? []);
  return ['Service', ...ports].join(', ');
}

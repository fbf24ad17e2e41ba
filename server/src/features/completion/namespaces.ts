/** Namespaces: in `exportTo`, and those that a Sidecar imports from. */
import { defaultExportTo } from '../../mesh/export-defaults.ts';
import type { ServiceEntry } from '../../manifest/types.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import { boundGateways } from '../../mesh/virtual-service-rules.ts';
import { visibleTo } from '../../mesh/visibility.ts';
import { routingConfig } from '../../trace/mesh-config.ts';
import { type Candidate, type Offer, offer, some } from './candidate.ts';
import { gatewayOf } from './gateways.ts';
import { entryText, hostsOf } from './hosts.ts';
import { ownGateways, ownHosts, podNamespaces, routesFor, virtualServiceOf } from './legs.ts';
import type { Scene } from './scene.ts';

/** Where the pods are that must see the resource, its own namespace, all; then whatever namespaces are known. */
export function exportNamespaces(scene: Scene): Offer {
  const { reader, object, siblings } = scene;
  const pods = needingPods(scene).map(
    (value): Candidate => ({ value, kind: 'namespace', detail: 'where the pods of its gateway run', rank: 0 }),
  );
  const own = object.namespace === undefined ? 'its own namespace' : `its own namespace, ${object.namespace}`;
  const words: readonly Candidate[] = [
    { value: '.', kind: 'namespace', detail: own, rank: 1 },
    { value: '*', kind: 'namespace', detail: 'every namespace', rank: 2 },
  ];
  const known = knownNamespaces(reader).map((value): Candidate => ({ value, kind: 'namespace', rank: 3 }));
  return offer([...pods.filter(({ value }) => value !== object.namespace), ...words, ...known], { without: siblings });
}

/** What the routes of the namespace need, then all of a namespace at once. */
export function importedHosts(scene: Scene): Offer {
  const { reader, plane, object, siblings, token } = scene;
  const { namespace } = object;
  const prefix = (owner: string) => (owner === namespace ? '.' : owner);
  const defaults = defaultExportTo(reader, 'ServiceEntry');
  const isHidden = (entry: MeshObject<ServiceEntry>) =>
    visibleTo(entry.resource.exportTo, entry.namespace, namespace, defaults) === 'hidden';
  const needed = reader.inNamespace('VirtualService', namespace).flatMap((route) =>
    (route.resource.hosts?.items ?? []).flatMap(({ value: host }): readonly Candidate[] => {
      if (host === undefined) return [];
      return reader.hosting('ServiceEntry', host).flatMap((entry): readonly Candidate[] => {
        if (entry.namespace === undefined) return [];
        if (isHidden(entry)) return [];
        const detail = `routed by ${route.resource.name.value ?? ''}`;
        return [{ value: `${prefix(entry.namespace)}/${host}`, kind: 'host', detail, rank: 0, names: entry }];
      });
    }),
  );
  const slash = token.typed.indexOf('/');
  const inside = slash < 0 ? undefined : token.typed.slice(0, slash);
  const within = inside === undefined ? [] : reader.inNamespace('ServiceEntry', inside === '.' ? namespace : inside);
  const seen = within.filter((entry) => !isHidden(entry));
  const declared = seen.flatMap((entry) =>
    hostsOf(entry).map(
      (host): Candidate => ({
        value: `${inside}/${host}`,
        kind: 'host',
        detail: entryText(entry),
        rank: 4,
        names: entry,
      }),
    ),
  );
  const root = routingConfig(plane).rootNamespace;
  const wide: readonly Candidate[] = [
    { value: './*', kind: 'host', detail: 'all of its own namespace', rank: 1 },
    { value: `${root}/*`, kind: 'host', detail: 'all of the root namespace', rank: 2 },
    { value: '*/*', kind: 'host', detail: 'all of every namespace, as without a Sidecar', rank: 5 },
  ];
  const known = knownNamespaces(reader)
    .filter((each) => each !== namespace)
    .map((each): Candidate => ({ value: `${each}/*`, kind: 'host', detail: `all of namespace ${each}`, rank: 3 }));
  return offer([...needed, ...wide, ...known, ...declared], { without: siblings });
}

/** Namespaces that Namespace objects, the settings or resources tell of; in alphabetical order. */
function knownNamespaces(reader: MeshReader): readonly string[] {
  const { settings } = reader;
  const found = new Set<string>([
    ...reader.all('Namespace').flatMap(({ resource }) => resource.name.value ?? []),
    ...settings.clients,
    ...settings.complete.filter((each) => each !== '*'),
    ...settings.gateways.map(({ namespace }) => namespace),
  ]);
  for (const kind of ['VirtualService', 'ServiceEntry', 'Gateway'] as const) {
    for (const { namespace } of some(reader.all(kind)).members) if (namespace !== undefined) found.add(namespace);
  }
  return [...found].sort();
}

/** The namespaces of the gateway pods that must see this resource, or the one that its host's routes lead through. */
function needingPods(scene: Scene): readonly string[] {
  const route = virtualServiceOf(scene);
  if (route) return podNamespaces(scene, ownGateways(scene), route);
  const { resource } = scene.object;
  const hosts = resource.kind === 'DestinationRule' ? [resource.host?.value ?? ''] : ownHosts(scene);
  const keys = new Set(routesFor(scene, hosts).flatMap((each) => [...boundGateways(each)]));
  return podNamespaces(
    scene,
    [...keys].flatMap((key) => gatewayOf(scene.reader, key)),
  );
}

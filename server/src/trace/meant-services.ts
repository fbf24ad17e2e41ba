/** The services that a client may mean by a name: under this host, a wildcard over it, a shorter or another name, or an address. */
import { suffixesOver } from '../mesh/host-suffixes.ts';
import { hostsOverlap, serviceOfHost } from '../mesh/hosts.ts';
import { routingConfig } from './mesh-config.ts';
import { meantByAlias } from './aliases.ts';
import type { MeshService } from './model.ts';
import { once, type Plane } from './plane.ts';
import { servicesAt, servicesNamed, servicesOfObject } from './registry.ts';
import { servicesMeantBy } from './short-names.ts';

/** In no order, whoever may see them; and perhaps others. */
export function meantServices(plane: Plane, clientNamespace: string, name: string): readonly MeshService[] {
  return once(plane, meantServices, `${name} ${clientNamespace}`, () => {
    const { reader } = plane;
    const { clusterDomain } = routingConfig(plane);
    const host = name.toLowerCase();
    const bare = host.replace(/\.$/, '');
    const wildcards = reader
      .wildcardsOver('ServiceEntry', bare)
      .flatMap((each) => servicesOfObject(plane, each))
      .filter((each) => hostsOverlap(each.hostname.toLowerCase(), bare));
    const named = [host, ...servicesMeantBy(host, clientNamespace, clusterDomain)];
    // A headless Service answers for every name under its own.
    const parents = parentsOf(bare).flatMap((each) =>
      [each, ...servicesMeantBy(each, clientNamespace, clusterDomain)].filter((other) =>
        serviceOfHost(other, clusterDomain),
      ),
    );
    const targets = [...named, ...parents].flatMap((each) => meantByAlias(plane, each)?.toLowerCase() ?? []);
    const names = new Set([...named, ...targets]);
    const headless = parents.filter((each) => !names.has(each)).flatMap((each) => kubernetesService(plane, each));
    return [
      ...[...names].flatMap((each) => servicesNamed(plane, each)),
      ...headless,
      ...wildcards,
      ...servicesAt(plane, host.replace(/^\[(.*)\]$/, '$1')),
    ];
  });
}

function kubernetesService(plane: Plane, hostname: string): readonly MeshService[] {
  const named = serviceOfHost(hostname, routingConfig(plane).clusterDomain);
  const found = named ? plane.reader.named('Service', named.namespace, named.name) : [];
  return found.flatMap((each) => servicesOfObject(plane, each));
}

/** `b.c` and `c` for `a.b.c`. */
function parentsOf(host: string): readonly string[] {
  return suffixesOver(host).filter((each) => each !== '');
}

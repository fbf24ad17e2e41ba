/** ExternalName Services, which are other names of the service that they finally mean (`resolveServiceAliases` in `push_context.go`). */
import type { Service } from '../manifest/types.ts';
import { serviceOfHost } from '../mesh/hosts.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { routingConfig } from './mesh-config.ts';
import type { ServiceAlias } from './model.ts';
import { compareText, nameOf, namespaceOf, once, type Plane } from './plane.ts';

/** The names that mean this host in the end; none for a host that is such a name itself. */
export function aliasesOf(plane: Plane, hostname: string): readonly ServiceAlias[] {
  return once(plane, aliasesOf, hostname, () => {
    if (plane.reader.meaning(hostname).length === 0 || isAlias(plane, hostname)) return [];
    const { clusterDomain } = routingConfig(plane);
    const found = new Map<string, ServiceAlias>();
    const open = [hostname];
    for (let each = open.pop(); each !== undefined; each = open.pop()) {
      for (const object of plane.reader.meaning(each)) {
        const namespace = namespaceOf(object);
        const alias = `${nameOf(object)}.${namespace}.svc.${clusterDomain}`;
        if (found.has(alias)) continue;
        found.set(alias, { hostname: alias, namespace });
        open.push(alias);
      }
    }
    return [...found.values()].sort(
      (a, b) => compareText(a.namespace, b.namespace) || compareText(a.hostname, b.hostname),
    );
  });
}

/** What an ExternalName Service of this host means in the end; undefined where the host is no such name, or goes round. */
export function meantByAlias(plane: Plane, hostname: string): string | undefined {
  const seen = new Set([hostname]);
  let target = externalName(plane, hostname);
  while (target !== undefined && !seen.has(target)) {
    const next = externalName(plane, target);
    if (next === undefined) return target;
    seen.add(target);
    target = next;
  }
  return undefined;
}

function isAlias(plane: Plane, hostname: string): boolean {
  return externalName(plane, hostname) !== undefined;
}

function externalName({ reader }: Plane, hostname: string): string | undefined {
  const named = serviceOfHost(hostname, reader.settings.clusterDomain);
  const services: readonly MeshObject<Service>[] = named ? reader.named('Service', named.namespace, named.name) : [];
  for (const { resource } of services) {
    if (resource.type?.value === 'ExternalName' && resource.externalName?.value) return resource.externalName.value;
  }
  return undefined;
}

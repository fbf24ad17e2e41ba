/** Which namespaces call. */
import type { Kind } from '../manifest/types.ts';
import { gatewayPods } from '../trace/pods.ts';
import { memo, type Plane } from '../trace/plane.ts';

/** Kinds whose namespace is one that people of this workspace work in. */
const KINDS: readonly Kind[] = [
  'VirtualService',
  'ServiceEntry',
  'DestinationRule',
  'Sidecar',
  'Gateway',
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Pod',
  'WorkloadEntry',
];

/**
 * The declared clients: namespaces with a resource in them, with a Namespace object, or listed in the settings; in text order. Namespaces of gateway pods
 * are left out, unless there is no other or the settings list them: gateways pass calls on. The empty name stands for a namespace that is not written.
 */
export function declaredClients(plane: Plane): readonly string[] {
  return memo(plane, 'declared clients', (inner) => {
    const { reader } = inner;
    const { clients } = reader.settings;
    const found = new Set<string>(clients);
    for (const kind of KINDS) for (const each of reader.all(kind)) found.add(each.namespace ?? '');
    for (const { resource } of reader.all('Namespace')) {
      if (resource.name.value !== undefined) found.add(resource.name.value);
    }
    const gateways = new Set(gatewayPods(inner).map((each) => each.namespace));
    const calling = [...found].filter((each) => clients.includes(each) || !gateways.has(each));
    const named = (calling.length > 0 ? calling : [...found]).filter((each) => each !== '');
    return named.length > 0 ? named.sort() : [...found].slice(0, 1);
  });
}

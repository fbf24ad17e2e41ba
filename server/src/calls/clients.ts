/** Which namespaces call. */
import type { Kind } from '../manifest/types.ts';
import { ambientNamespace } from '../mesh/ambient.ts';
import { distinct } from '../mesh/distinct.ts';
import { gatewayPods } from '../trace/pods.ts';
import { type Plane, stable } from '../trace/plane.ts';

/** Kinds whose namespace is one that people of this workspace work in. */
const KINDS: readonly Kind[] = [
  'VirtualService',
  'HTTPRoute',
  'TLSRoute',
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
 * The declared clients that calls are listed for: the declared namespaces, without those of gateway pods unless there is no other or the settings list them:
 * gateways pass calls on. The empty name stands for a namespace that is not written.
 */
export function declaredClients(plane: Plane): readonly string[] {
  return stable(plane, 'declared clients', (inner) => {
    const all = declaredNamespaces(inner);
    const calling = all.filter((each) => !isGatewayNamespace(inner, each));
    const named = (calling.length > 0 ? calling : all).filter((each) => each !== '');
    return named.length > 0 ? named : all.slice(0, 1);
  });
}

/** Namespaces with a resource in them, with a Namespace object, or listed in the settings; in text order. */
export function declaredNamespaces(plane: Plane): readonly string[] {
  return stable(plane, 'declared namespaces', ({ reader }) => {
    const found = new Set<string>(reader.settings.clients);
    for (const kind of KINDS) for (const each of reader.distinct(distinct.namespacesOf(kind))) found.add(each);
    for (const { resource } of reader.all('Namespace')) {
      if (resource.name.value !== undefined) found.add(resource.name.value);
    }
    return [...found].sort();
  });
}

/** Whether a namespace is one of them. Who asks this is told only when it becomes one or is one no longer, not when another does. */
export function isDeclared(plane: Plane, namespace: string): boolean {
  return stable(plane, `whether ${namespace} is declared`, (inner) => declaredNamespaces(inner).includes(namespace));
}

/** Namespaces whose pods have no sidecar; in text order. Few have a Namespace object, so this is asked for all of them at once. */
export function ambientNamespaces(plane: Plane): readonly string[] {
  return stable(plane, 'ambient namespaces', ({ reader }) => {
    const names = reader.all('Namespace').flatMap(({ resource }) => resource.name.value ?? []);
    return [...new Set(names)].filter((each) => ambientNamespace(reader, each)).sort();
  });
}

/** Whether gateway pods run in a namespace that nobody says calls come from. */
export function isGatewayNamespace(plane: Plane, namespace: string): boolean {
  return !plane.reader.settings.clients.includes(namespace) && gatewayNamespaces(plane).includes(namespace);
}

function gatewayNamespaces(plane: Plane): readonly string[] {
  return stable(plane, 'namespaces of gateway pods', (inner) =>
    [...new Set(gatewayPods(inner).map((each) => each.namespace))].sort(),
  );
}

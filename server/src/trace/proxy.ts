/** A proxy on the way: who it is decides what it is given. */
import type { Plane } from './plane.ts';
import { compareText, type GatewayPod } from './plane.ts';
import { gatewayScope, type Scope, type SidecarScope, sidecarScope } from './scope.ts';

export interface MeshProxy {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly scope: Scope;
  /** Equal for proxies that are given the same configuration: part of the names under which answers are remembered. */
  readonly id: string;
}

export interface SidecarProxy extends MeshProxy {
  readonly scope: SidecarScope;
}

export function sidecarProxy(
  plane: Plane,
  namespace: string,
  labels: Readonly<Record<string, string>> = {},
): SidecarProxy {
  const scope = sidecarScope(plane, namespace, labels);
  return { namespace, labels, scope, id: `${scope.id} ${labelText(labels)}` };
}

export function gatewayProxy(pod: GatewayPod): MeshProxy {
  const scope = gatewayScope(pod.namespace);
  return {
    namespace: pod.namespace,
    labels: pod.labels,
    scope,
    id: `gateway ${pod.namespace}/${pod.name} ${labelText(pod.labels)}`,
  };
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .sort(compareText)
    .join(',');
}

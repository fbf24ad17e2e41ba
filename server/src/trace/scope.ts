/** What a proxy is given to see (`SidecarScope` in `pilot/pkg/model/sidecar.go`). */
import type { Destination, Sidecar, SidecarEgress } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { type HostImports, importsOf } from './imports.ts';
import { type OutboundMode, routingConfig } from './mesh-config.ts';
import { inConfigOrder, memo, nameOf, type Plane, selects } from './plane.ts';
import { type Protocol, parseProtocol } from '../mesh/protocol.ts';

export interface SidecarScope {
  readonly kind: 'sidecar';
  /** Equal for equal scopes: part of the names under which answers are remembered. */
  readonly id: string;
  readonly namespace: string;
  /** Absent where no Sidecar resource applies. */
  readonly sidecar: MeshObject<Sidecar> | undefined;
  readonly listeners: readonly EgressListener[];
  readonly policy: {
    readonly mode: OutboundMode;
    readonly egressProxy: Destination | undefined;
    /** Whether nothing tells the policy: Istio's default is taken. */
    readonly assumed: boolean;
  };
}

/** Gateways see everything that is exported to their namespace; Sidecar resources never apply to them. */
export interface GatewayScope {
  readonly kind: 'gateway';
  readonly id: string;
  readonly namespace: string;
}

export type Scope = SidecarScope | GatewayScope;

export interface EgressListener {
  readonly index: number;
  /** Absent for the one that stands for all ports. */
  readonly port: { readonly number: number; readonly name: string; readonly protocol: Protocol } | undefined;
  readonly bind: string;
  /** `captureMode: NONE`, or a Unix socket: the application dials the proxy itself. */
  readonly direct: boolean;
  readonly imports: HostImports;
  /** Whether services count only with the listener's own port. */
  readonly matchPort: boolean;
}

export function gatewayScope(namespace: string): GatewayScope {
  return { kind: 'gateway', id: `gateways of ${namespace}`, namespace };
}

/**
 * The Sidecar that applies: in the pod's namespace one whose selector fits, else one without selector, else the root namespace's without selector,
 * else none. Of several the first in the order of configuration.
 */
export function sidecarScope(
  plane: Plane,
  namespace: string,
  labels: Readonly<Record<string, string>> | undefined,
): SidecarScope {
  for (const each of sidecarsOf(plane, namespace)) {
    if (selects(each.resource.workloadSelector?.value, labels)) return scopeOf(plane, each, namespace);
  }
  const { rootNamespace } = routingConfig(plane);
  const root = sidecarsOf(plane, rootNamespace).find((each) => !each.resource.workloadSelector);
  return scopeOf(plane, root, namespace);
}

function sidecarsOf(plane: Plane, namespace: string): readonly MeshObject<Sidecar>[] {
  return memo(plane, `sidecars of ${namespace}`, (inner) => {
    const all = inConfigOrder(inner.reader.inNamespace('Sidecar', namespace || undefined).filter(inner.accepts));
    return [
      ...all.filter((each) => each.resource.workloadSelector),
      ...all.filter((each) => !each.resource.workloadSelector),
    ];
  });
}

function scopeOf(plane: Plane, sidecar: MeshObject<Sidecar> | undefined, namespace: string): SidecarScope {
  const id = sidecar
    ? `sidecar ${sidecar.namespace ?? ''}/${nameOf(sidecar)} ${sidecar.resource.fingerprint} in ${namespace}`
    : `sidecars of ${namespace}`;
  return memo(plane, `scope ${id}`, (inner) => {
    const written = sidecar?.resource.outboundTrafficPolicy;
    const egress = sidecar?.resource.egress?.items ?? [];
    // The reads that found the Sidecar count for this scope too.
    if (sidecar) sidecarsOf(inner, sidecar.namespace ?? '');
    return {
      kind: 'sidecar',
      id,
      namespace,
      sidecar,
      listeners:
        egress.length > 0
          ? egress.map((each, index) => egressListener(each, index, namespace))
          : [egressListener(undefined, 0, namespace)],
      policy: written
        ? // The enum's zero value.
          {
            mode: written.mode?.value === 'ALLOW_ANY' ? 'ALLOW_ANY' : 'REGISTRY_ONLY',
            egressProxy: written.egressProxy,
            assumed: false,
          }
        : {
            mode: routingConfig(inner).outboundPolicy ?? 'ALLOW_ANY',
            egressProxy: undefined,
            assumed: routingConfig(inner).outboundPolicy === undefined,
          },
    } satisfies SidecarScope;
  });
}

function egressListener(written: SidecarEgress | undefined, index: number, namespace: string): EgressListener {
  const hosts = written ? (written.hosts?.items ?? []).flatMap((each) => each.value ?? []) : ['*/*'];
  const port = written?.port && {
    number: written.port.number?.value ?? 0,
    name: written.port.name?.value ?? '',
    protocol: parseProtocol(written.port.protocol?.value),
  };
  const bind = written?.bind?.value ?? '';
  return {
    index,
    port,
    bind,
    direct: written?.captureMode?.value === 'NONE' || bind.startsWith('unix://'),
    imports: importsOf(hosts, namespace),
    matchPort: port !== undefined && port.number !== 0 && port.protocol !== 'HTTP_PROXY',
  };
}

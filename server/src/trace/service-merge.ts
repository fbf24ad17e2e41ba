/** Several services of one host name in one scope (`appendSidecarServices` in `pilot/pkg/model/sidecar.go`). */
import type { MeshService, ServicePort } from './model.ts';

/** What a scope holds after `next` came to what it held: the first stays, but a Kubernetes Service goes first; equal ones join their ports. */
export function mergeService(existing: MeshService | undefined, next: MeshService): MeshService {
  if (!existing) return next;
  if (existing.kubernetes !== next.kubernetes) return existing.kubernetes ? existing : next;
  if (samePorts(existing.ports, next.ports) || !mergeable(existing, next)) return existing;
  const known = new Set(existing.ports.map((each) => each.number));
  return { ...existing, ports: [...existing.ports, ...next.ports.filter((each) => !known.has(each.number))] };
}

/** Whether two services were read from the same resource, for the same host and address. */
export function sameSource(a: MeshService | undefined, b: MeshService): boolean {
  return a !== undefined && a.source === b.source && a.hostname === b.hostname && a.address === b.address;
}

function mergeable(a: MeshService, b: MeshService): boolean {
  return (
    a.namespace === b.namespace &&
    a.resolution === b.resolution &&
    sameRecord(a.labels, b.labels) &&
    sameRecord(a.selector ?? {}, b.selector ?? {}) &&
    sameSet(a.exportTo ?? new Set(), b.exportTo ?? new Set())
  );
}

function samePorts(a: readonly ServicePort[], b: readonly ServicePort[]): boolean {
  return (
    a.length === b.length &&
    a.every((port, i) => port.number === b[i]?.number && port.name === b[i]?.name && port.protocol === b[i]?.protocol)
  );
}

function sameRecord(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value);
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each));
}

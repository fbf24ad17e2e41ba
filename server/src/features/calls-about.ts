/** The calls that a place in YAML is about: those of its resource, from every declared client. */
import type { Resource } from '../manifest/types.ts';
import { gatewayKey } from '../mesh/gateway-names.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { Finding } from '../rules/finding.ts';
import type { Call } from '../trace/types.ts';
import type { Snapshot } from '../workspace/types.ts';
import { declaredClients } from '../calls/clients.ts';
import { type Traceable, traceCall } from './trace-call.ts';
import {
  callTo,
  type Target,
  targetsOfRoute,
  targetsOfServiceEntry,
  targetsOfVirtualService,
} from '../calls/targets.ts';

/** The resource as it stands in a set; undefined where the set does not have it. */
export function objectIn({ mesh }: Traceable, resource: Resource): MeshObject | undefined {
  const name = resource.name.value;
  if (name === undefined) return undefined;
  return mesh
    .reader()
    .namedAnywhere(resource.kind, name)
    .find((each) => each.resource === resource);
}

/** Calls of a resource: host by host, client by client, its own namespace first. None for a resource that no call comes from or goes to. */
export function callsAbout(subject: Traceable, object: MeshObject): readonly Call[] {
  const reader = subject.mesh.reader();
  const targets = targetsAbout(reader, object);
  if (targets.length === 0) return [];
  const clients = declaredClients(subject.tracer.plane(reader));
  const own = object.namespace ?? '';
  const ordered = clients.includes(own) ? [own, ...clients.filter((each) => each !== own)] : clients;
  return targets.flatMap((target) => ordered.map((client) => callTo(target, client)));
}

/** How many calls are followed to find the one that a finding is about. */
const TRIES = 24;

/** The call that shows a finding: one that it explains, else one that fails, else the first of its resource or of what is related to it. */
export function callAbout(subject: Traceable, finding: Finding, snapshot: Snapshot): Call | undefined {
  const calls = callsOf(subject, finding, snapshot).slice(0, TRIES);
  const results = calls.map((call) => traceCall(subject, call));
  const shown = results.find((each) => each.finding?.code === finding.code && each.finding.path === finding.path);
  return (shown ?? results.find(({ verdict }) => verdict === 'failed') ?? results[0])?.call;
}

/** Whether there is a call that a finding is about, without following any. */
export function hasCallAbout(subject: Traceable, finding: Finding, snapshot: Snapshot): boolean {
  return callsOf(subject, finding, snapshot).length > 0;
}

/** The resource that is written at an offset of a file. */
export function resourceAt(snapshot: Snapshot, path: string, offset: number): Resource | undefined {
  const resources = snapshot.files.get(path)?.contents.resources ?? [];
  return resources.find(({ range }) => offset >= range.start && offset <= range.end);
}

function callsOf(subject: Traceable, finding: Finding, snapshot: Snapshot): readonly Call[] {
  const objects = [finding, ...finding.related].flatMap(({ path, range }) => {
    const resource = resourceAt(snapshot, path, range.start);
    return (resource && objectIn(subject, resource)) ?? [];
  });
  return [...new Set(objects)].flatMap((object) => callsAbout(subject, object));
}

function targetsAbout(reader: MeshReader, object: MeshObject): readonly Target[] {
  const { resource, namespace } = object;
  switch (resource.kind) {
    case 'VirtualService':
      return targetsOfVirtualService(reader, { ...object, resource });
    case 'ServiceEntry':
      return targetsOfServiceEntry({ ...object, resource });
    case 'HTTPRoute':
    case 'TLSRoute':
      return targetsOfRoute(reader, { ...object, resource });
    case 'K8sGateway':
      return reader
        .parented('Gateway', namespace, resource.name.value ?? '')
        .flatMap((each) => targetsOfRoute(reader, each));
    case 'DestinationRule':
      return reader.hosting('ServiceEntry', resource.host?.value ?? '').flatMap(targetsOfServiceEntry);
    case 'Gateway':
      return reader
        .boundTo(gatewayKey({ form: 'qualified', namespace, name: resource.name.value ?? '' }))
        .flatMap((each) => targetsOfVirtualService(reader, each));
    default:
      return [];
  }
}

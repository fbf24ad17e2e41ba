/** The calls that a place in YAML is about: those of its resource, from every declared client. */
import type { Resource } from '../manifest/types.ts';
import { gatewayKey } from '../mesh/gateway-names.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { Finding } from '../rules/finding.ts';
import type { Call } from '../trace/types.ts';
import { declaredClients } from './clients.ts';
import { type Traceable, traceCall } from './trace-call.ts';
import { callTo, type Target, targetsOfServiceEntry, targetsOfVirtualService } from './workspace-calls.ts';

/** The resource as it stands in a set; undefined where the set does not have it. */
export function objectIn({ mesh }: Traceable, resource: Resource): MeshObject | undefined {
  const name = resource.name.value;
  if (name === undefined) return undefined;
  return mesh
    .reader()
    .namedAnywhere(resource.kind, name)
    .find((each) => each.resource === resource);
}

/** Calls of a resource: host by host, client by client. None for a resource that no call comes from or goes to. */
export function callsAbout(subject: Traceable, object: MeshObject): readonly Call[] {
  const reader = subject.mesh.reader();
  const targets = targetsAbout(reader, object);
  if (targets.length === 0) return [];
  const clients = declaredClients(subject.tracer.plane(reader));
  return targets.flatMap((target) => clients.map((client) => callTo(target, client)));
}

/** How many calls are followed to find the one that a finding is about. */
const TRIES = 24;

/** The call that shows a finding: one that it explains, else one that fails, else the first of its resource or of what is related to it. */
export function callAbout(subject: Traceable, finding: Finding, resourcesAt: ResourcesAt): Call | undefined {
  const places = [finding, ...finding.related];
  const objects = places.flatMap(({ path, range }) => {
    const resource = resourcesAt(path, range.start);
    return (resource && objectIn(subject, resource)) ?? [];
  });
  const calls = [...new Set(objects)].flatMap((object) => callsAbout(subject, object)).slice(0, TRIES);
  const results = calls.map((call) => traceCall(subject, call));
  const shown = results.find((each) => each.finding?.code === finding.code && each.finding.path === finding.path);
  return (shown ?? results.find(({ verdict }) => verdict === 'failed') ?? results[0])?.call;
}

/** The resource that is written at an offset of a file. */
export type ResourcesAt = (path: string, offset: number) => Resource | undefined;

function targetsAbout(reader: MeshReader, object: MeshObject): readonly Target[] {
  const { resource, namespace } = object;
  switch (resource.kind) {
    case 'VirtualService':
      return targetsOfVirtualService(reader, { ...object, resource });
    case 'ServiceEntry':
      return targetsOfServiceEntry({ ...object, resource });
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

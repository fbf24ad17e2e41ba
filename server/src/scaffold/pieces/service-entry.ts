/** The ServiceEntry of a route: reused, completed, or new. */
import type { ServiceEntry, ServiceEntryPort } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { isHttp, isTls, parseProtocol } from '../../mesh/protocol.ts';
import { inConfigOrder } from '../../trace/plane.ts';
import type { YamlData } from '../../yaml/edits.ts';
import { exportToFor } from '../audience.ts';
import {
  conflict,
  type Context,
  exportDefaults,
  gatewayNamespaces,
  hiddenFrom,
  nameOfObject,
  placeOf,
  showTo,
} from '../context.ts';
import type { EntryPort, EntryShape } from '../shape.ts';
import { slugOf } from '../slug.ts';

/** The address of the host is not known here: what that means is said once, when the route is created. */
const WITHOUT_ADDRESS =
  'istio-egress: ignore service-entry-address-missing -- without addresses, it takes every connection to its port';

/** Sees to it that the host is declared with its ports, for the clients and for the gateway. */
export function planEntry(context: Context, entry: EntryShape): void {
  const existing = entriesOf(context, entry.host);
  if (existing.length === 0) {
    createEntry(context, entry);
    return;
  }
  const missing: EntryPort[] = [];
  for (const port of entry.ports) {
    const holder = existing.find((each) => portOf(each, port.number));
    if (!holder) missing.push(port);
    else if (!reusePort(context, holder, port, entry)) return;
  }
  if (missing.length === 0) return;
  const target = existing.find((each) => context.draft.isEditable(each));
  if (!target) {
    const [first] = existing;
    if (first) notEditable(context, first, missing);
    return;
  }
  if (!fits(context, target, entry)) return;
  addPorts(context, target, missing);
}

/** Those that Istio lets in, in its order. */
function entriesOf({ plane, draft }: Context, host: string): readonly MeshObject<ServiceEntry>[] {
  return inConfigOrder(draft.reader.hosting('ServiceEntry', host).filter(plane.accepts));
}

function portOf({ resource }: MeshObject<ServiceEntry>, number: number): ServiceEntryPort | undefined {
  return resource.ports?.items.find((each) => each.number?.value === number);
}

/** Uses a port that is there, where it does what the route needs. */
function reusePort(context: Context, holder: MeshObject<ServiceEntry>, wanted: EntryPort, entry: EntryShape): boolean {
  const found = portOf(holder, wanted.number);
  const title = nameOfObject(holder);
  if (!speaks(found?.protocol?.value, wanted.protocol)) {
    conflict(context, {
      code: 'port-protocol',
      text: `${title} declares port ${wanted.number} as ${found?.protocol?.value ?? 'TCP'}, and this route needs ${wanted.protocol} on it.`,
      at: { path: holder.path, range: found?.range ?? holder.resource.name.range },
      waysOut: [{ title: 'Open it', open: placeOf(holder) }],
    });
    return false;
  }
  const target = found?.targetPort?.value ?? wanted.number;
  const needed = wanted.targetPort ?? wanted.number;
  if (target !== needed) {
    conflict(context, {
      code: 'port-protocol',
      text: `${title} sends port ${wanted.number} on to port ${target} of the host, and this route needs ${needed}.`,
      at: { path: holder.path, range: found?.range ?? holder.resource.name.range },
      waysOut: [
        ...(context.shape.origination?.at === 'sidecar'
          ? [{ title: 'Begin TLS at the egress gateway instead', change: { pattern: 'tls-origination' } as const }]
          : []),
        { title: 'Open it', open: placeOf(holder) },
      ],
    });
    return false;
  }
  return fits(context, holder, entry);
}

/** Whether an entry leads where the route needs it, once it is shown to those who use it. */
function fits(context: Context, object: MeshObject<ServiceEntry>, entry: EntryShape): boolean {
  if (!fitsResolution(context, object, entry)) {
    const id = `${nameOfObject(object)} resolution`;
    if (context.request.extend?.includes(id) && context.draft.isEditable(object)) {
      context.draft.setSpec(object, 'resolution', 'DNS');
    } else {
      conflict(context, {
        code: 'resolution',
        text: `${nameOfObject(object)} has no resolution: DNS, so a gateway would have no endpoint for ${entry.host} (503 UH).`,
        at: placeOf(object),
        waysOut: [
          ...(context.draft.isEditable(object)
            ? [
                {
                  title: 'Extend it: set resolution: DNS',
                  change: { extend: [...(context.request.extend ?? []), id] },
                },
              ]
            : []),
          { title: 'Open it', open: placeOf(object) },
        ],
      });
      return false;
    }
  }
  context.draft.use(object);
  return showTo(context, object, hiddenFrom(context, object, gatewayNamespaces(context)));
}

function fitsResolution({ shape }: Context, { resource }: MeshObject<ServiceEntry>, entry: EntryShape): boolean {
  const needsEndpoints = shape.gateway !== undefined && entry.resolution !== 'NONE';
  return !needsEndpoints || !['NONE', 'DYNAMIC_DNS'].includes(resource.resolution?.value ?? 'NONE');
}

/** Whether a declared protocol is read by proxies as the wanted one is. */
function speaks(written: string | undefined, wanted: EntryPort['protocol']): boolean {
  const protocol = parseProtocol(written);
  if (wanted === 'HTTP') return isHttp(protocol);
  if (wanted === 'TCP') return !isHttp(protocol) && !isTls(protocol) && protocol !== 'sniffed' && protocol !== 'UDP';
  return isTls(protocol);
}

function addPorts(context: Context, object: MeshObject<ServiceEntry>, ports: readonly EntryPort[]): void {
  const { draft } = context;
  const list = object.resource.ports;
  const names = new Set((list?.items ?? []).map((each) => each.name?.value));
  const written = ports.map((port): YamlData => {
    const name = names.has(port.name) ? `${port.name}-${port.number}` : port.name;
    names.add(name);
    return portData({ ...port, name });
  });
  if (!list) draft.setSpec(object, 'ports', written);
  else for (const value of written) draft.edit(object, { kind: 'append-item', range: list.range, value });
}

function notEditable(context: Context, object: MeshObject<ServiceEntry>, missing: readonly EntryPort[]): void {
  const ports = missing.map(({ number }) => number).join(' and ');
  conflict(context, {
    code: 'not-editable',
    text: `${nameOfObject(object)} lacks port ${ports}, and cannot be edited here.`,
    at: placeOf(object),
    waysOut: [{ title: 'Open it', open: placeOf(object) }],
  });
}

function createEntry(context: Context, { host, ports, resolution, addresses }: EntryShape): void {
  const { draft, home, apiVersion, audience } = context;
  const readers = { audience, gateways: gatewayNamespaces(context) };
  const exportTo = exportToFor(readers, home, exportDefaults(context, 'ServiceEntry'));
  draft.add({
    apiVersion,
    kind: 'ServiceEntry',
    name: draft.nameFor('ServiceEntry', home, slugOf(host)),
    namespace: home,
    ...(ports.some(({ protocol }) => protocol === 'TCP') && addresses.length === 0 ? { comment: WITHOUT_ADDRESS } : {}),
    spec: {
      hosts: [host],
      ...(addresses.length > 0 ? { addresses } : {}),
      location: 'MESH_EXTERNAL',
      ports: ports.map(portData),
      resolution,
      ...(exportTo ? { exportTo } : {}),
    },
  });
}

function portData({ number, name, protocol, targetPort }: EntryPort): YamlData {
  return { number, name, protocol, ...(targetPort === undefined ? {} : { targetPort }) };
}

/** More about what a choice names: asked for when one is looked at, one at a time. */
import type { Kind, Resource } from '../../manifest/types.ts';
import type { Mesh, MeshObject } from '../../mesh/mesh.ts';
import { serversText } from './gateways.ts';

/** A resource by its name: what an editor keeps with a choice. */
export interface Described {
  readonly kind: Kind;
  readonly namespace?: string;
  readonly name: string;
  readonly path: string;
}

export interface Description {
  readonly kind: Kind;
  /** `namespace/name`. */
  readonly title: string;
  readonly lines: readonly DescribedField[];
  /** Where it is written. */
  readonly path: string;
  /** UTF-16 code units. */
  readonly offset: number;
}

/** How a resource is asked for later; undefined where its name is not known. */
export function describable({ resource, namespace, path }: MeshObject): Described | undefined {
  const name = resource.name.value;
  if (name === undefined) return undefined;
  return { kind: resource.kind, ...(namespace === undefined ? {} : { namespace }), name, path };
}

/** A field and its value on one line. */
export type DescribedField = readonly [field: string, text: string];

/** What the resource says of itself; undefined where it is no longer there. */
export function describe(mesh: Mesh, { kind, namespace, name, path }: Described): Description | undefined {
  const named = mesh.reader().named(kind, namespace, name) as readonly MeshObject[];
  const found = named.find((each) => each.path === path) ?? named[0];
  if (!found) return undefined;
  const title = namespace === undefined ? name : `${namespace}/${name}`;
  const lines = linesOf(found).filter(([, text]) => text !== '');
  return { kind, title, lines, path: found.path, offset: found.resource.name.range.start };
}

function linesOf(object: MeshObject): readonly DescribedField[] {
  const { resource } = object;
  switch (resource.kind) {
    case 'Gateway': {
      const labels = Object.entries(resource.selector?.value ?? {}).map((each) => each.join('='));
      return [
        ['selector', labels.join(', ')],
        ['servers', serversText({ ...object, resource })],
      ];
    }
    case 'ServiceEntry':
      return [
        ['hosts', shown(resource.hosts)],
        ['ports', (resource.ports?.items ?? []).map((each) => portText(each)).join(', ')],
        ['resolution', resource.resolution?.value ?? 'NONE'],
        ['location', resource.location?.value ?? ''],
        ['exportTo', shown(resource.exportTo)],
      ];
    case 'VirtualService':
      return [
        ['hosts', shown(resource.hosts)],
        ['gateways', resource.gateways ? shown(resource.gateways) : 'mesh'],
        ['exportTo', shown(resource.exportTo)],
      ];
    case 'DestinationRule':
      return [
        ['host', resource.host?.value ?? ''],
        ['tls', resource.trafficPolicy?.tls?.mode?.value ?? ''],
        ['subsets', (resource.subsets?.items ?? []).flatMap(({ name }) => name?.value ?? []).join(', ')],
        ['exportTo', shown(resource.exportTo)],
      ];
    case 'Service':
      return [['ports', servicePorts(resource)]];
    default:
      return [];
  }
}

function servicePorts(resource: Extract<Resource, { readonly kind: 'Service' }>): string {
  const ports = (resource.ports?.items ?? []).map(({ port, name }) =>
    [port?.value, name?.value].filter((each) => each).join(' '),
  );
  return ports.join(', ');
}

function portText({
  number,
  protocol,
}: {
  readonly number?: { readonly value: number | undefined };
  readonly protocol?: { readonly value: string | undefined };
}) {
  return [number?.value, protocol?.value].filter((each) => each !== undefined).join(' ');
}

const SHOWN = 6;

function shown(list: { readonly items: readonly { readonly value: string | undefined }[] } | undefined): string {
  const values = (list?.items ?? []).flatMap(({ value }) => value ?? []);
  return values.length > SHOWN ? `${values.slice(0, SHOWN).join(', ')}, … (${values.length})` : values.join(', ');
}

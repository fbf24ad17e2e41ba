/** What every part of a plan is made from. */
import { defaultExportTo } from '../mesh/export-defaults.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { type Visibility, visibleTo } from '../mesh/visibility.ts';
import type { Plane } from '../trace/plane.ts';
import { NOBODYS_NAMESPACE } from '../calls/callers.ts';
import type { Draft } from './draft.ts';
import type { GatewayInstall } from './gateways.ts';
import { writtenKind } from './render.ts';
import type { Audience, RouteRequest } from './request.ts';
import type { Pattern, RouteShape } from './shape.ts';
import type { Conflict, Place } from './types.ts';

export interface Context {
  readonly plane: Plane;
  readonly request: RouteRequest;
  readonly pattern: Pattern;
  readonly shape: RouteShape;
  readonly audience: Audience;
  /** Namespaces that stand for the audience in traces. */
  readonly clients: readonly string[];
  /** Namespaces that must not use the route. */
  readonly others: readonly string[];
  /** Absent where the pattern has no gateway. */
  readonly install: GatewayInstall | undefined;
  /** Where ServiceEntry and VirtualService go. */
  readonly home: string;
  /** Where Gateway and DestinationRules go. */
  readonly gatewayHome: string;
  /** Whether workloads in the gateway's namespace call, and may not use the route: then the gateway's rules are kept from them. */
  readonly apart: boolean;
  /** Whether clients run in the gateway's namespace: what is written for the gateway alone must not reach them. */
  readonly shared: boolean;
  /** For new resources of Istio's networking group. */
  readonly apiVersion: string;
  readonly draft: Draft;
}

/** Whose proxies must see the resources of a route: the audience, and the gateway. */
export function gatewayNamespaces({ install }: Context): readonly string[] {
  return install ? [install.namespace] : [];
}

export function conflict({ draft }: Context, each: Conflict): undefined {
  draft.conflicts.push(each);
  return undefined;
}

/** `VirtualService team-a/api`. */
export function nameOfObject(object: MeshObject): string {
  // What stands for a listener has no name that anybody wrote.
  const { resource, namespace } = object.implied?.by ?? object;
  return `${writtenKind(resource.kind)} ${namespace === undefined ? '' : `${namespace}/`}${resource.name.value ?? ''}`;
}

export function placeOf({ resource, path }: MeshObject): Place {
  return { path, range: resource.name.range };
}

type Exported = 'ServiceEntry' | 'VirtualService' | 'DestinationRule';

/** Whether proxies of a namespace see a resource. */
export function seenFrom(
  { plane }: Context,
  object: MeshObject<Extract<MeshObject['resource'], { readonly kind: Exported }>>,
  namespace: string,
): Visibility {
  const defaults = defaultExportTo(plane.reader, object.resource.kind);
  return visibleTo(object.resource.exportTo, object.namespace, namespace, defaults);
}

/** The namespaces of a route's readers that do not see a resource; `all` where it has to be shown to everyone. */
export function hiddenFrom(
  context: Context,
  object: MeshObject<Extract<MeshObject['resource'], { readonly kind: Exported }>>,
  gateways: readonly string[],
): readonly string[] | 'all' {
  const { audience } = context;
  const hidden = (namespace: string) => seenFrom(context, object, namespace) !== 'visible';
  if (audience === 'all') return hidden(NOBODYS_NAMESPACE) ? 'all' : [];
  return [...new Set([...audience, ...gateways])].filter(hidden);
}

/** Shows a resource to namespaces that do not see it. Returns whether it could. */
export function showTo(
  context: Context,
  object: MeshObject<Extract<MeshObject['resource'], { readonly kind: Exported }>>,
  namespaces: readonly string[] | 'all',
): boolean {
  const { draft, plane } = context;
  if (namespaces !== 'all' && namespaces.length === 0) return true;
  if (!draft.isEditable(object)) {
    conflict(context, {
      code: 'resource-hidden',
      text: `${nameOfObject(object)} is hidden from ${namespaces === 'all' ? 'other namespaces' : namespaces.join(', ')} by exportTo, and cannot be edited here.`,
      at: placeOf(object),
      waysOut: [{ title: 'Open it', open: placeOf(object) }],
    });
    return false;
  }
  const { exportTo, kind } = object.resource;
  if (namespaces === 'all') {
    draft.setSpec(object, 'exportTo', ['*']);
    return true;
  }
  const entry = (name: string) => (name === object.namespace ? '.' : name);
  const written = exportTo?.items ?? [];
  if (!exportTo || written.length === 0) {
    const defaults = defaultExportTo(plane.reader, kind as Exported) ?? [];
    const names = new Set([...defaults.filter((each) => each !== '~'), ...namespaces.map(entry)]);
    draft.setSpec(object, 'exportTo', [...names]);
  } else if (written.some(({ value }) => value === '~')) draft.setSpec(object, 'exportTo', namespaces.map(entry));
  else {
    for (const name of namespaces) {
      draft.edit(object, { kind: 'append-item', range: exportTo.range, value: entry(name) });
    }
  }
  return true;
}

/** The default `exportTo` of a kind, undefined where it is not known. */
export function exportDefaults({ plane }: Context, kind: Exported): readonly string[] | undefined {
  return defaultExportTo(plane.reader, kind);
}

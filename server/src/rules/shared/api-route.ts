/** Routes of Gateway API in the words of findings. */
import type { K8sGateway, K8sRoute, ObjectReference, ServiceEntry } from '../../manifest/types.ts';
import { ISTIO_CLASS } from '../../mesh/implied.ts';
import { declaredElsewhere, isAmbiguous, isComplete, mayBeTemplated } from '../../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import { isTypoOf } from '../../mesh/near-miss.ts';
import { type Parent, parentOf } from '../../mesh/route-references.ts';
import type { YamlData } from '../../yaml/edits.ts';
import type { Fix } from '../finding.ts';
import { qualified } from './message.ts';

/** Ends of calls that a route which is not taken, or leads nowhere, accounts for. */
export const ROUTE_ENDS = [
  'no-route',
  'no-virtual-host',
  'no-listener',
  'no-filter-chain',
  'no-cluster',
  'bypass',
] as const;

/** What becomes of a route that a parent does not take: sidecars do as if it were not there, a gateway has none. */
export function lostAt(parent: 'sidecars' | 'gateway', kind: K8sRoute['kind']): string {
  if (parent === 'sidecars') return 'Not used by sidecars';
  return kind === 'TLSRoute' ? 'Connection reset at the gateway' : '404 at the gateway';
}

export function titleOfParent({ kind, namespace, name }: Parent): string {
  return `${kind} \`${qualified(namespace, name)}\``;
}

/** The Gateways that a reference means, where istiod runs them; undefined where one is not known well enough. */
export function gatewaysOf(
  mesh: MeshReader,
  { namespace, name }: Parent,
): readonly MeshObject<K8sGateway>[] | undefined {
  const found = mesh.named('K8sGateway', namespace, name);
  if (found.length !== 1 || found.some((each) => isUnsure(each, mesh))) return undefined;
  return found.filter((each) => each.resource.gatewayClassName?.value === ISTIO_CLASS);
}

/** Whether any parent of a route is istiod's: a service, or a Gateway of its class. */
export function isIstios(route: MeshObject<K8sRoute>, mesh: MeshReader): boolean {
  return (route.resource.parentRefs?.items ?? []).some((each) => {
    const parent = parentOf(each, route.namespace);
    if (!parent) return false;
    if (parent.kind !== 'Gateway') return true;
    return mesh
      .named('K8sGateway', parent.namespace, parent.name)
      .some(({ resource }) => resource.gatewayClassName?.value === ISTIO_CLASS);
  });
}

export function isUnsure(object: MeshObject, mesh: MeshReader): boolean {
  return object.resource.templated || object.resource.broken || isAmbiguous(object, mesh);
}

type Named = MeshObject<K8sGateway | ServiceEntry>;

/** What is not there, and what may be meant: the only one of that name elsewhere, or a neighbour with a name that is nearly the same. */
export function absence(
  mesh: MeshReader,
  kind: 'K8sGateway' | 'ServiceEntry',
  { namespace, name }: Parent,
): { readonly meant: Named | undefined } | undefined {
  const sameName: readonly Named[] = mesh.namedAnywhere(kind, name);
  const written = kind === 'K8sGateway' ? 'Gateway' : kind;
  if (declaredElsewhere(mesh.settings, written, namespace, name)) return undefined;
  if (namespace === undefined || sameName.some((each) => each.namespace === namespace || each.namespace === undefined))
    return undefined;
  const neighbours: readonly Named[] = mesh.inNamespace(kind, namespace);
  const typos = neighbours.filter((each) => isTypoOf(name, each.resource.name.value ?? ''));
  const candidates = sameName.length > 0 ? sameName : typos;
  const [only, another] = candidates;
  const meant = another ? undefined : only;
  if (isComplete(mesh.settings, namespace)) return { meant };
  if (!meant || mesh.mesh.openBy !== undefined || mayBeTemplated(mesh, kind)) return undefined;
  return { meant };
}

export function setKey(
  path: string,
  reference: ObjectReference,
  values: Readonly<Record<string, YamlData>>,
): Fix['edits'] {
  return Object.entries(values).map(([key, value]) => ({
    path,
    edit: { kind: 'set-key', range: reference.range, key, value },
  }));
}

/** A fix that is the one right answer; none on what is only looked up. */
export function onlyFix(
  subject: MeshObject,
  title: string,
  edits: Fix['edits'],
  safety: Fix['safety'] = 'safe',
): readonly Fix[] {
  return subject.context ? [] : [{ title, preferred: true, safety, edits }];
}

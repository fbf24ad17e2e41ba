/** Whether the Gateway that a VirtualService names is there. */
import type { Gateway } from '../manifest/types.ts';
import type { GatewayName } from './gateway-names.ts';
import { declaredElsewhere, isAmbiguous, isComplete, mayBeTemplated } from './knowledge.ts';
import type { MeshObject, MeshReader } from './mesh.ts';
import { isTypoOf } from './near-miss.ts';

export type GatewayLookup =
  | { readonly status: 'found'; readonly gateway: MeshObject<Gateway> }
  /** `meant`: the Gateway that was probably meant, where there is one. */
  | { readonly status: 'absent'; readonly meant: MeshObject<Gateway> | undefined }
  /** It may live elsewhere, or which one it is cannot be told; `meant` as above, a guess. */
  | { readonly status: 'unknowable'; readonly meant: MeshObject<Gateway> | undefined };

/**
 * Looks a resolved gateway name up. Absence is only told with evidence: a namespace that is wholly here, or a near miss.
 *
 * @param gateway not `mesh`
 * @param own the namespace of the VirtualService that names it
 */
export function lookupGateway(reader: MeshReader, gateway: GatewayName, own: string | undefined): GatewayLookup {
  const about = `${gateway.namespace ?? ''}/${gateway.name} from ${own ?? ''}`;
  return reader.once(lookupGateway, about, () => lookUp(reader, gateway, own));
}

/** The Gateways that a resolved name stands for (see `gatewayKey`): one, unless several files write the same; none for `mesh`. */
export function gatewaysByKey(reader: MeshReader, key: string): readonly MeshObject<Gateway>[] {
  const slash = key.indexOf('/');
  return slash < 0 ? [] : reader.named('Gateway', key.slice(0, slash) || undefined, key.slice(slash + 1));
}

function lookUp(reader: MeshReader, gateway: GatewayName, own: string | undefined): GatewayLookup {
  const { namespace, name } = gateway;
  const named = reader.named('Gateway', namespace, name);
  // A dump that is looked things up in may be older than what is written here.
  const written = named.filter((each) => !each.context);
  const [exact, ...others] = written.length > 0 ? written : named;
  if (exact)
    return others.length > 0 ? { status: 'unknowable', meant: undefined } : { status: 'found', gateway: exact };

  const sameName = reader.namedAnywhere('Gateway', name);
  const meant = nearMiss(reader, gateway, sameName);
  if (declaredElsewhere(reader.settings, 'Gateway', namespace, name)) return { status: 'unknowable', meant: undefined };
  if (namespace === undefined) return { status: 'unknowable', meant: undefined };
  if (sameName.some((each) => each.namespace === undefined)) return { status: 'unknowable', meant: undefined };
  if (isComplete(reader.settings, namespace)) return { status: 'absent', meant };
  if (!meant || reader.mesh.openBy !== undefined || mayBeTemplated(reader, 'Gateway'))
    return { status: 'unknowable', meant };
  // A name that says its namespace is evidence only where that namespace is one that this workspace writes to.
  const familiar =
    namespace === own ||
    reader.inNamespace('Gateway', namespace).length > 0 ||
    isTypoOf(namespace, meant.namespace ?? '');
  return familiar ? { status: 'absent', meant } : { status: 'unknowable', meant };
}

function nearMiss(
  reader: MeshReader,
  gateway: GatewayName,
  sameName: readonly MeshObject<Gateway>[],
): MeshObject<Gateway> | undefined {
  const usable = sameName.filter((each) => !isAmbiguous(each, reader));
  // The same name in several namespaces is a convention, not a slip.
  if (usable.length > 0) return usable.length === 1 ? usable[0] : undefined;
  const typos = reader
    .inNamespace('Gateway', gateway.namespace)
    .filter((each) => isTypoOf(gateway.name, each.resource.name.value ?? ''));
  return typos.length === 1 ? typos[0] : undefined;
}

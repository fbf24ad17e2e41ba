/** Resources about the call that never get into the mesh: the API server or istiod's webhook rejects them. */
import { resolveGatewayName } from '../mesh/gateway-names.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import type { Plane } from '../trace/plane.ts';
import type { Call } from '../trace/types.ts';
import { rejections } from '../validate/reject.ts';
import type { Range } from '../yaml/nodes.ts';
import { relevantObjects, virtualServicesFor } from '../calls/relevant.ts';

export interface Rejected {
  readonly object: MeshObject;
  /** The field that is wrong. */
  readonly range: Range;
  /** In the words of whoever rejects it. */
  readonly text: string;
}

/** Each resource once, with the first thing that is wrong with it: what is written for the host, and the Gateways that its routes name. */
export function rejectedFor({ reader, accepts }: Plane, { host }: Call): readonly Rejected[] {
  const gateways = virtualServicesFor(reader, host).flatMap(({ resource, namespace }) =>
    (resource.gateways?.items ?? []).flatMap(({ value }) => {
      if (value === undefined) return [];
      const gateway = resolveGatewayName(value, namespace);
      return reader.named('Gateway', gateway.namespace, gateway.name);
    }),
  );
  return [...new Set([...relevantObjects(reader, [], host), ...gateways])].flatMap((object): readonly Rejected[] => {
    const [first] = accepts(object) ? [] : rejections(object);
    return first ? [{ object, ...first }] : [];
  });
}

/** Every place where a VirtualService names a gateway. */
import type { Field, VirtualService } from '../../manifest/types.ts';
import { type GatewayName, gatewayKey, resolveGatewayName } from '../../mesh/gateway-names.ts';
import type { MeshObject } from '../../mesh/mesh.ts';

export interface GatewayUse {
  readonly field: Field<string>;
  readonly written: string;
  readonly gateway: GatewayName;
  /** The form in which gateways are compared. */
  readonly key: string;
}

/** Names in `spec.gateways`; those that are not known are left out. */
export function listedGateways({ resource, namespace }: MeshObject<VirtualService>): readonly GatewayUse[] {
  return (resource.gateways?.items ?? []).flatMap((field) => use(field, namespace));
}

/** Names in `match[].gateways`, of all rules. */
export function matchedGateways({ resource, namespace }: MeshObject<VirtualService>): readonly GatewayUse[] {
  const rules = [resource.http, resource.tls, resource.tcp].flatMap((block) => [...(block?.items ?? [])]);
  return rules
    .flatMap((rule) => [...(rule.match?.items ?? [])])
    .flatMap((match) => match.gateways?.items ?? [])
    .flatMap((field) => use(field, namespace));
}

function use(field: Field<string>, namespace: string | undefined): readonly GatewayUse[] {
  if (field.value === undefined) return [];
  const gateway = resolveGatewayName(field.value, namespace);
  return [{ field, written: field.value, gateway, key: gatewayKey(gateway) }];
}

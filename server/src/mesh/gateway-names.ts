/** What a name under `gateways` means. */

/** The reserved name of the sidecars; only this exact string means them. */
export const MESH_GATEWAY = 'mesh';

export type GatewayNameForm = 'mesh' | 'short' | 'qualified' | 'fqdn' | 'dot';

export interface GatewayName {
  readonly form: GatewayNameForm;
  /** Undefined for `mesh`, and for a short name in a VirtualService whose namespace is not known. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/**
 * Resolves a gateway name as istiod does (`pilot/pkg/model/config.go`, `resolveGatewayName`): a short name means the
 * VirtualService's own namespace, `name.namespace[.svc…]` is the legacy form, nothing is trimmed.
 *
 * @param written the name as in the YAML
 * @param namespace the VirtualService's namespace, undefined where it is not known
 */
export function resolveGatewayName(written: string, namespace: string | undefined): GatewayName {
  if (written === MESH_GATEWAY) return { form: 'mesh', namespace: undefined, name: written };
  const slash = written.indexOf('/');
  if (slash >= 0) {
    const before = written.slice(0, slash);
    const name = written.slice(slash + 1);
    return before === '.' ? { form: 'dot', namespace, name } : { form: 'qualified', namespace: before, name };
  }
  const labels = written.split('.');
  const [first = '', second] = labels;
  if (second !== undefined) return { form: 'fqdn', namespace: second, name: first };
  return { form: 'short', namespace, name: written };
}

/** `namespace/name`, or `mesh`; the form in which gateways are compared. */
export function gatewayKey(gateway: Pick<GatewayName, 'form' | 'namespace' | 'name'>): string {
  return gateway.form === 'mesh' ? MESH_GATEWAY : `${gateway.namespace ?? ''}/${gateway.name}`;
}

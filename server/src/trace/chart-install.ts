/** Gateways installed by Istio's `gateway` Helm chart, which are rarely in the repository that uses them. */
import { lookupDestination } from '../mesh/destination-lookup.ts';
import { chartLabels } from '../mesh/gateway-pods.ts';
import type { DeclaredGateway } from '../workspace/mesh-settings.ts';
import { gatewaySelectors } from './gateway-selectors.ts';
import { type Plane, selects, stable } from './plane.ts';

/** `manifests/charts/gateway/values.yaml`: the pods listen on the Service's own ports. */
const PORTS: DeclaredGateway['ports'] = [
  { name: 'status-port', port: 15021, targetPort: 15021 },
  { name: 'http2', port: 80, targetPort: 80 },
  { name: 'https', port: 443, targetPort: 443 },
];

/**
 * The release of this name, where a Gateway selects the pods that it would have and nothing here tells otherwise: neither a Service, nor a declared install,
 * nor a namespace that is wholly here, nor a likelier name.
 */
export function chartInstall(plane: Plane, namespace: string, name: string): DeclaredGateway | undefined {
  return stable(plane, `chart release ${namespace}/${name}`, ({ reader }) => {
    const { settings } = reader;
    const labels = chartLabels(name);
    const fitting = gatewaySelectors(reader).some((each) => Object.keys(each).length > 0 && selects(each, labels));
    if (!fitting) return undefined;
    const host = `${name}.${namespace}.svc.${settings.clusterDomain}`;
    if (lookupDestination(reader, host, undefined, []).status !== 'unknowable') return undefined;
    return { namespace, service: name, labels, ports: PORTS, source: 'standard' as const };
  });
}

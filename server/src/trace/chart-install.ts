/** Gateways installed by Istio's `gateway` Helm chart, which are rarely in the repository that uses them. */
import { lookupDestination } from '../mesh/destination-lookup.ts';
import { chartLabels } from '../mesh/gateway-pods.ts';
import type { DeclaredGateway } from '../workspace/mesh-settings.ts';
import { type Plane, selects } from './plane.ts';

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
export function chartInstall({ reader }: Plane, namespace: string, name: string): DeclaredGateway | undefined {
  const { settings } = reader;
  const labels = chartLabels(name);
  const fitting = Object.entries(labels)
    .flatMap(([label, value]) => reader.labelled('Gateway', label, value))
    .some(({ resource }) => selects(resource.selector?.value, labels));
  if (!fitting) return undefined;
  const host = `${name}.${namespace}.svc.${settings.clusterDomain}`;
  if (lookupDestination(reader, host, undefined, []).status !== 'unknowable') return undefined;
  return { namespace, service: name, labels, ports: PORTS, source: 'standard' };
}

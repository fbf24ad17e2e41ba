/** Which reader reads which kind. */
import type { Obj } from './object.ts';
import { readDestinationRule } from './readers/destination-rule.ts';
import { readGateway } from './readers/gateway.ts';
import { readK8sGateway, readK8sRoute, readReferenceGrant } from './readers/gateway-api.ts';
import { readController, readNamespace, readPod, readService } from './readers/kubernetes.ts';
import { readAuthorizationPolicy, readEnvoyFilter, readNetworkPolicy } from './readers/policy.ts';
import { readServiceEntry, readWorkloadEntry } from './readers/service-entry.ts';
import { readSidecar } from './readers/sidecar.ts';
import { readVirtualService } from './readers/virtual-service.ts';
import { GATEWAY_API_GROUP, ISTIO_NETWORKING_GROUP, type Kind, type Resource, type ResourceBase } from './types.ts';

export interface KindReader {
  readonly kind: Kind;
  /** Whether `spec` may be missing: else the object is a part of a resource, such as a patch. */
  readonly spec: 'needed' | 'optional';
  /** Whether objects are compared with the schema of their kind. */
  readonly checked: 'schema' | 'no';
  read(base: ResourceBase, spec: Obj, metadata: Obj | undefined): Resource;
}

type Row = readonly [group: string, kind: string, reader: KindReader];

const istio = (kind: string, read: KindReader['read']): Row => [
  ISTIO_NETWORKING_GROUP,
  kind,
  // The kinds of this group are called the same here.
  { kind: kind as Kind, spec: 'needed', checked: 'schema', read },
];
const gatewayApi = (written: string, kind: Kind, read: KindReader['read']): Row => [
  GATEWAY_API_GROUP,
  written,
  { kind, spec: 'needed', checked: 'schema', read },
];
const kubernetes = (group: string, kind: Kind, read: KindReader['read'], spec: KindReader['spec'] = 'needed'): Row => [
  group,
  kind,
  { kind, spec, checked: 'no', read },
];

const ROWS: readonly Row[] = [
  istio('VirtualService', readVirtualService),
  istio('Gateway', readGateway),
  istio('ServiceEntry', readServiceEntry),
  istio('WorkloadEntry', readWorkloadEntry),
  istio('DestinationRule', readDestinationRule),
  istio('Sidecar', readSidecar),
  gatewayApi('Gateway', 'K8sGateway', readK8sGateway),
  gatewayApi('HTTPRoute', 'HTTPRoute', readK8sRoute('HTTPRoute')),
  gatewayApi('TLSRoute', 'TLSRoute', readK8sRoute('TLSRoute')),
  gatewayApi('TCPRoute', 'TCPRoute', readK8sRoute('TCPRoute')),
  gatewayApi('GRPCRoute', 'GRPCRoute', readK8sRoute('GRPCRoute')),
  gatewayApi('ReferenceGrant', 'ReferenceGrant', readReferenceGrant),
  kubernetes('', 'Service', readService),
  kubernetes('', 'Pod', readPod),
  kubernetes('', 'Namespace', readNamespace, 'optional'),
  kubernetes('apps', 'Deployment', readController('Deployment')),
  kubernetes('apps', 'StatefulSet', readController('StatefulSet')),
  kubernetes('apps', 'DaemonSet', readController('DaemonSet')),
  kubernetes(ISTIO_NETWORKING_GROUP, 'EnvoyFilter', readEnvoyFilter),
  kubernetes('security.istio.io', 'AuthorizationPolicy', readAuthorizationPolicy, 'optional'),
  kubernetes('networking.k8s.io', 'NetworkPolicy', readNetworkPolicy, 'optional'),
];

const READERS: ReadonlyMap<string, KindReader> = new Map(
  ROWS.map(([group, kind, reader]) => [`${group}/${kind}`, reader]),
);

/** The reader of an object; undefined for kinds that are not read. All served versions of a group are read alike. */
export function readerOf(apiVersion: string, kind: string): KindReader | undefined {
  const slash = apiVersion.indexOf('/');
  return READERS.get(`${slash < 0 ? '' : apiVersion.slice(0, slash)}/${kind}`);
}

/** Our names of a written kind, whatever its group: what a text that cannot be read may hold. */
export function kindsCalled(written: string): readonly Kind[] {
  return ROWS.filter(([, kind]) => kind === written).map(([, , reader]) => reader.kind);
}

/** Kinds that are no resources of ours, and hold some or say which belong together. */
const CARRIERS = new Set([
  'Template',
  'Kustomization',
  'Component',
  'Application',
  'ApplicationSet',
  'IstioOperator',
  'ConfigMap',
]);

/**
 * Whether a document is worth parsing, told by its own kind: an install of Istio is megabytes of CustomResourceDefinitions. Where the
 * kind does not stand at the beginning of a line (JSON, odd indentation), it is.
 */
export function mayBeOurs(slice: string): boolean {
  const [, kind] = /^["']?kind["']?[ \t]*:[ \t]*["']?(\w+)/m.exec(slice) ?? [];
  if (kind === undefined || kind.endsWith('List') || CARRIERS.has(kind)) return true;
  return ROWS.some(([, written]) => written === kind);
}

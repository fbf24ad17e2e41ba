/**
 * Istio and Kubernetes resources as plain, serialisable data.
 *
 * Every value that a rule can point at carries its range. A field that is not written is absent.
 * A field whose value cannot be known (a placeholder, a template) or has the wrong type is present with `value: undefined`:
 * it must never be treated as equal or unequal to anything.
 */
import type { Range } from '../yaml/nodes.ts';

export type { Range } from '../yaml/nodes.ts';

/** A value and where it is written. `value` is undefined where it is not known (see above). */
export interface Field<T> {
  readonly value: T | undefined;
  readonly range: Range;
}

/** A list and where it is written: `range` covers the whole list, each item has its own. */
export interface List<T> {
  readonly range: Range;
  readonly items: readonly T[];
}

export type Labels = Field<Readonly<Record<string, string>>>;

export const ISTIO_NETWORKING_GROUP = 'networking.istio.io';
export const GATEWAY_API_GROUP = 'gateway.networking.k8s.io';

/** What every resource has, whatever its kind. */
export interface ResourceBase {
  /** For example `networking.istio.io/v1`. */
  readonly apiVersion: string;
  /** The whole object; the whole document unless it is an item of a `List`. */
  readonly range: Range;
  readonly kindRange: Range;
  readonly name: Field<string>;
  /** Absent where the manifest names none: then it is not known here (it is not `default`). */
  readonly namespace?: Field<string>;
  /** Equal for two resources that say the same, wherever and however they are written: a hash over the whole object. */
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** `true` where its document has a syntax problem: it can be found by others, but nothing is said about it. */
  readonly broken: boolean;
  /** Where a value is a Helm, ytt, envsubst… placeholder, or otherwise unknown. Absence may be due to it. */
  readonly templated: boolean;
  /** Values that Kubernetes would read as another type than the field has. */
  readonly mismatches: readonly TypeMismatch[];
}

/** A value whose YAML type is not the field's: the API server rejects it. */
export interface TypeMismatch {
  readonly range: Range;
  /** Dotted path, for example `spec.hosts[0]`. */
  readonly path: string;
  readonly expected: 'string' | 'number' | 'boolean' | 'list' | 'object';
  readonly actual: 'string' | 'number' | 'boolean' | 'null' | 'list' | 'object';
  /** As written, at most 60 characters. */
  readonly text: string;
}

// Shared parts

export type ExportTo = List<Field<string>>;

export interface StringMatch {
  readonly range: Range;
  readonly exact?: Field<string>;
  readonly prefix?: Field<string>;
  readonly regex?: Field<string>;
}

export interface NamedStringMatch {
  readonly name: string;
  readonly nameRange: Range;
  /** `{}` or null under a header name means "is present". */
  readonly match: StringMatch;
}

export interface Destination {
  readonly range: Range;
  readonly host?: Field<string>;
  readonly subset?: Field<string>;
  /** `port.number`. */
  readonly port?: Field<number>;
}

export interface HeaderOperations {
  readonly set: Readonly<Record<string, string>>;
  readonly add: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

export interface RouteHeaders {
  readonly request?: HeaderOperations;
  readonly response?: HeaderOperations;
}

export interface RouteDestination {
  readonly range: Range;
  readonly destination?: Destination;
  readonly weight?: Field<number>;
  readonly headers?: RouteHeaders;
}

// VirtualService

export interface VirtualService extends ResourceBase {
  readonly kind: 'VirtualService';
  readonly hosts?: List<Field<string>>;
  readonly gateways?: List<Field<string>>;
  readonly exportTo?: ExportTo;
  readonly http?: List<HttpRule>;
  readonly tls?: List<TlsRule>;
  readonly tcp?: List<TcpRule>;
}

export interface HttpMatch {
  readonly range: Range;
  readonly name?: Field<string>;
  readonly uri?: StringMatch;
  readonly ignoreUriCase?: Field<boolean>;
  readonly scheme?: StringMatch;
  readonly method?: StringMatch;
  readonly authority?: StringMatch;
  readonly headers?: readonly NamedStringMatch[];
  readonly withoutHeaders?: readonly NamedStringMatch[];
  readonly queryParams?: readonly NamedStringMatch[];
  readonly port?: Field<number>;
  readonly sourceLabels?: Labels;
  readonly sourceNamespace?: Field<string>;
  readonly gateways?: List<Field<string>>;
}

export interface HttpRule {
  readonly range: Range;
  readonly name?: Field<string>;
  readonly match?: List<HttpMatch>;
  readonly route?: List<RouteDestination>;
  readonly redirect?: HttpRedirect;
  readonly directResponse?: { readonly range: Range; readonly status?: Field<number> };
  readonly delegate?: { readonly range: Range; readonly name?: Field<string>; readonly namespace?: Field<string> };
  readonly rewrite?: HttpRewrite;
  readonly mirror?: Destination;
  readonly mirrors?: List<{ readonly range: Range; readonly destination?: Destination }>;
  readonly headers?: RouteHeaders;
  /** Present where written: their presence changes how delegates merge. */
  readonly timeout?: Field<string>;
  readonly retries?: Field<object>;
  readonly fault?: Field<object>;
  readonly corsPolicy?: Field<object>;
}

export interface HttpRedirect {
  readonly range: Range;
  readonly uri?: Field<string>;
  readonly authority?: Field<string>;
  readonly port?: Field<number>;
  readonly derivePort?: Field<string>;
  readonly scheme?: Field<string>;
  readonly redirectCode?: Field<number>;
}

export interface HttpRewrite {
  readonly range: Range;
  readonly uri?: Field<string>;
  readonly authority?: Field<string>;
  readonly uriRegexRewrite?: {
    readonly range: Range;
    readonly match?: Field<string>;
    readonly rewrite?: Field<string>;
  };
}

export interface L4Match {
  readonly range: Range;
  /** Of `tls` rules only. */
  readonly sniHosts?: List<Field<string>>;
  readonly destinationSubnets?: List<Field<string>>;
  readonly port?: Field<number>;
  readonly sourceLabels?: Labels;
  readonly sourceNamespace?: Field<string>;
  readonly gateways?: List<Field<string>>;
}

export interface TlsRule {
  readonly range: Range;
  readonly match?: List<L4Match>;
  readonly route?: List<RouteDestination>;
}

export type TcpRule = TlsRule;

// Gateway

export interface Gateway extends ResourceBase {
  readonly kind: 'Gateway';
  readonly selector?: Labels;
  readonly servers?: List<GatewayServer>;
}

export interface GatewayServer {
  readonly range: Range;
  readonly name?: Field<string>;
  readonly bind?: Field<string>;
  readonly port?: ServerPort;
  readonly hosts?: List<Field<string>>;
  readonly tls?: ServerTls;
}

export interface ServerPort {
  readonly range: Range;
  readonly number?: Field<number>;
  readonly name?: Field<string>;
  /** As written; Istio compares it without regard to case. */
  readonly protocol?: Field<string>;
  readonly targetPort?: Field<number>;
}

export interface ServerTls {
  readonly range: Range;
  /** Absent means PASSTHROUGH (the enum's zero value). */
  readonly mode?: Field<string>;
  readonly httpsRedirect?: Field<boolean>;
  readonly credentialName?: Field<string>;
  readonly serverCertificate?: Field<string>;
  readonly privateKey?: Field<string>;
  readonly caCertificates?: Field<string>;
}

// ServiceEntry and WorkloadEntry

export interface ServiceEntry extends ResourceBase {
  readonly kind: 'ServiceEntry';
  readonly hosts?: List<Field<string>>;
  readonly addresses?: List<Field<string>>;
  readonly ports?: List<ServiceEntryPort>;
  readonly location?: Field<string>;
  /** Absent means NONE. */
  readonly resolution?: Field<string>;
  readonly endpoints?: List<WorkloadEndpoint>;
  readonly workloadSelector?: Labels;
  readonly exportTo?: ExportTo;
  readonly subjectAltNames?: List<Field<string>>;
}

export interface ServiceEntryPort {
  readonly range: Range;
  readonly number?: Field<number>;
  readonly name?: Field<string>;
  readonly protocol?: Field<string>;
  readonly targetPort?: Field<number>;
}

export interface WorkloadEndpoint {
  readonly range: Range;
  readonly address?: Field<string>;
  /** Port name to number. */
  readonly ports?: Field<Readonly<Record<string, number>>>;
  readonly labels?: Labels;
  readonly network?: Field<string>;
  readonly locality?: Field<string>;
  readonly weight?: Field<number>;
  readonly serviceAccount?: Field<string>;
}

export interface WorkloadEntry extends ResourceBase {
  readonly kind: 'WorkloadEntry';
  readonly endpoint: WorkloadEndpoint;
}

// DestinationRule

export interface DestinationRule extends ResourceBase {
  readonly kind: 'DestinationRule';
  readonly host?: Field<string>;
  readonly trafficPolicy?: TrafficPolicy;
  readonly subsets?: List<Subset>;
  readonly exportTo?: ExportTo;
  readonly workloadSelector?: Labels;
}

export interface TrafficPolicy {
  readonly range: Range;
  readonly tls?: ClientTls;
  readonly portLevelSettings?: List<PortTrafficPolicy>;
  /** Present where written; only their presence matters to routing. */
  readonly loadBalancer?: Field<object>;
  readonly connectionPool?: Field<object>;
  readonly outlierDetection?: Field<object>;
  readonly tunnel?: Field<object>;
  readonly proxyProtocol?: Field<object>;
}

export interface PortTrafficPolicy extends Omit<TrafficPolicy, 'portLevelSettings' | 'tunnel' | 'proxyProtocol'> {
  /** `port.number`. */
  readonly port?: Field<number>;
}

export interface ClientTls {
  readonly range: Range;
  /** Absent means DISABLE (the enum's zero value). */
  readonly mode?: Field<string>;
  readonly sni?: Field<string>;
  readonly credentialName?: Field<string>;
  readonly clientCertificate?: Field<string>;
  readonly privateKey?: Field<string>;
  readonly caCertificates?: Field<string>;
  readonly subjectAltNames?: List<Field<string>>;
  readonly insecureSkipVerify?: Field<boolean>;
}

export interface Subset {
  readonly range: Range;
  readonly name?: Field<string>;
  readonly labels?: Labels;
  readonly trafficPolicy?: TrafficPolicy;
}

// Sidecar

export interface Sidecar extends ResourceBase {
  readonly kind: 'Sidecar';
  readonly workloadSelector?: Labels;
  readonly egress?: List<SidecarEgress>;
  readonly ingress?: List<{ readonly range: Range }>;
  readonly outboundTrafficPolicy?: OutboundTrafficPolicy;
}

export interface SidecarEgress {
  readonly range: Range;
  readonly port?: ServerPort;
  readonly bind?: Field<string>;
  readonly captureMode?: Field<string>;
  readonly hosts?: List<Field<string>>;
}

export interface OutboundTrafficPolicy {
  readonly range: Range;
  readonly mode?: Field<string>;
  readonly egressProxy?: Destination;
}

// Kubernetes

export interface Service extends ResourceBase {
  readonly kind: 'Service';
  /** `ClusterIP` where absent. */
  readonly type?: Field<string>;
  readonly clusterIP?: Field<string>;
  readonly clusterIPs?: List<Field<string>>;
  readonly externalName?: Field<string>;
  readonly selector?: Labels;
  readonly ports?: List<ServicePort>;
}

export interface ServicePort {
  readonly range: Range;
  readonly name?: Field<string>;
  readonly port?: Field<number>;
  /** A number, or the name of a container port. */
  readonly targetPort?: Field<number | string>;
  /** TCP where absent. */
  readonly protocol?: Field<string>;
  readonly appProtocol?: Field<string>;
}

/** A Deployment, StatefulSet, DaemonSet, or Pod: what Istio sees of it is its pods. */
export interface Workload extends ResourceBase {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Pod';
  /** Labels of the pods (of the template), not of the object itself. */
  readonly podLabels?: Labels;
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly containerPorts: readonly { readonly name?: string; readonly number: number }[];
}

export interface Namespace extends ResourceBase {
  readonly kind: 'Namespace';
}

/** The parts of the mesh configuration that decide routing, from an IstioOperator or the `istio` ConfigMap. */
export interface MeshConfigResource extends ResourceBase {
  readonly kind: 'MeshConfig';
  readonly source: 'IstioOperator' | 'ConfigMap';
  readonly config: MeshConfig;
}

/** Fields absent here have Istio's default (`pkg/config/mesh/mesh.go`). */
export interface MeshConfig {
  readonly outboundTrafficPolicy?: Field<string>;
  readonly rootNamespace?: Field<string>;
  readonly trustDomain?: Field<string>;
  readonly enableAutoMtls?: Field<boolean>;
  readonly defaultServiceExportTo?: List<Field<string>>;
  readonly defaultVirtualServiceExportTo?: List<Field<string>>;
  readonly defaultDestinationRuleExportTo?: List<Field<string>>;
}

/** Resources that may decide otherwise than routing does: only whom they select is read. */
export interface Policy extends ResourceBase {
  readonly kind: 'AuthorizationPolicy' | 'NetworkPolicy' | 'EnvoyFilter';
  /** Absent selects every workload of the namespace (of the mesh, in the root namespace). */
  readonly selector?: Labels;
}

// Gateway API

export interface K8sGateway extends ResourceBase {
  readonly kind: 'K8sGateway';
  readonly gatewayClassName?: Field<string>;
  readonly listeners?: List<K8sListener>;
  readonly addresses?: List<{ readonly range: Range; readonly type?: Field<string>; readonly value?: Field<string> }>;
}

export interface K8sListener {
  readonly range: Range;
  readonly name?: Field<string>;
  readonly hostname?: Field<string>;
  readonly port?: Field<number>;
  readonly protocol?: Field<string>;
  readonly tls?: {
    readonly range: Range;
    readonly mode?: Field<string>;
    readonly options: Readonly<Record<string, string>>;
  };
  readonly allowedRoutes?: {
    readonly range: Range;
    readonly from?: Field<string>;
    readonly selector?: Field<object>;
    readonly kinds?: List<{ readonly range: Range; readonly group?: Field<string>; readonly kind?: Field<string> }>;
  };
}

export interface ObjectReference {
  readonly range: Range;
  readonly group?: Field<string>;
  readonly kind?: Field<string>;
  readonly name?: Field<string>;
  readonly namespace?: Field<string>;
  readonly sectionName?: Field<string>;
  readonly port?: Field<number>;
  readonly weight?: Field<number>;
}

/** HTTPRoute and TLSRoute: references now, the rest of their rules when they are traced. */
export interface K8sRoute extends ResourceBase {
  readonly kind: 'HTTPRoute' | 'TLSRoute';
  readonly parentRefs?: List<ObjectReference>;
  readonly hostnames?: List<Field<string>>;
  readonly rules?: List<{ readonly range: Range; readonly backendRefs?: List<ObjectReference> }>;
}

export interface ReferenceGrant extends ResourceBase {
  readonly kind: 'ReferenceGrant';
  readonly from?: List<ObjectReference>;
  readonly to?: List<ObjectReference>;
}

export type Resource =
  | VirtualService
  | Gateway
  | ServiceEntry
  | WorkloadEntry
  | DestinationRule
  | Sidecar
  | Service
  | Workload
  | Namespace
  | MeshConfigResource
  | Policy
  | K8sGateway
  | K8sRoute
  | ReferenceGrant;

export type Kind = Resource['kind'];

export type ResourceOf<K extends Kind> = Extract<Resource, { readonly kind: K }>;

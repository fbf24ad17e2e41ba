/** Gateway and Sidecar. */
import type { Field, Labels, List, Range, ResourceBase } from './base.ts';
import type { Destination } from './routing.ts';

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

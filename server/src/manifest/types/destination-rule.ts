/** DestinationRule. */
import type { ExportTo, Field, Labels, List, Range, ResourceBase } from './base.ts';

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
  readonly retryBudget?: Field<object>;
  /** `loadBalancer.simple`: PASSTHROUGH sends to where the client dialled. */
  readonly simpleLoadBalancer?: Field<string>;
}

export interface PortTrafficPolicy
  extends Omit<TrafficPolicy, 'portLevelSettings' | 'tunnel' | 'proxyProtocol' | 'retryBudget'> {
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

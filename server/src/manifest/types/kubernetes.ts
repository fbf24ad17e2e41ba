/** Core Kubernetes kinds. */
import type { Field, Labels, List, Range, ResourceBase } from './base.ts';

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

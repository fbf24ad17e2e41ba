/** ServiceEntry and WorkloadEntry. */
import type { ExportTo, Field, Labels, List, Range, ResourceBase } from './base.ts';

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

/** What every resource has, and what its fields are made of. */
import type { Problem, TypeMismatch } from '../../schema/problem.ts';
import type { Range } from '../../yaml/nodes.ts';

export type { Problem, TypeMismatch } from '../../schema/problem.ts';
export type { Range } from '../../yaml/nodes.ts';

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
  /** Of `spec`, where it is a mapping: what is missing is added there. */
  readonly specRange?: Range | undefined;
  readonly apiVersionRange: Range;
  readonly name: Field<string>;
  /** Absent where the manifest names none: then it is not known here (it is not `default`). */
  readonly namespace?: Field<string> | undefined;
  /** Equal for two resources that say the same, wherever and however they are written: a hash over the whole object. */
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** `true` where its document has a syntax problem: it can be found by others, but nothing is said about it. */
  readonly broken: boolean;
  /** Where a value is a Helm, ytt, envsubst… placeholder, or otherwise unknown. Absence may be due to it. */
  readonly templated: boolean;
  /** Where a key of `spec` is written twice, which is told by itself: what an earlier one says was probably meant too. */
  readonly repeats?: true | undefined;
  /** Values that Kubernetes would read as another type than the field has, in text order. */
  readonly mismatches: readonly TypeMismatch[];
  /** What else the API server and istiod's webhook find wrong in the object by itself, in text order; absent where it is nothing. */
  readonly problems?: readonly Problem[] | undefined;
}

export type ExportTo = List<Field<string>>;

/** Gateway API. */
import type { Field, List, Range, ResourceBase } from './base.ts';

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

/** Gateway API. */
import type { Field, Labels, List, Range, ResourceBase } from './base.ts';

export interface K8sGateway extends ResourceBase {
  readonly kind: 'K8sGateway';
  readonly gatewayClassName?: Field<string>;
  readonly listeners?: List<K8sListener>;
  readonly addresses?: List<{ readonly range: Range; readonly type?: Field<string>; readonly value?: Field<string> }>;
  /** From which namespaces ListenerSets may add listeners: `None` where it is not written. */
  readonly listenersFrom?: Field<string>;
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
    readonly certificateRefs?: List<ObjectReference>;
  };
  readonly allowedRoutes?: {
    readonly range: Range;
    readonly from?: Field<string>;
    readonly selector?: LabelSelector;
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

/** Kubernetes' `LabelSelector`. */
export interface LabelSelector {
  readonly range: Range;
  readonly matchLabels?: Labels;
  readonly matchExpressions?: List<{
    readonly range: Range;
    readonly key?: Field<string>;
    readonly operator?: Field<string>;
    readonly values?: List<Field<string>>;
  }>;
}

/** Routes of Gateway API. Of a TCPRoute or GRPCRoute only the references are read. */
export type K8sRoute = ApiRoute<'HTTPRoute'> | ApiRoute<'TLSRoute'> | ApiRoute<'TCPRoute'> | ApiRoute<'GRPCRoute'>;

export interface ApiRoute<K extends string> extends ResourceBase {
  readonly kind: K;
  readonly parentRefs?: List<ObjectReference>;
  readonly hostnames?: List<Field<string>>;
  readonly rules?: List<K8sRouteRule>;
}

export interface K8sRouteRule {
  readonly range: Range;
  readonly name?: Field<string>;
  readonly matches?: List<K8sHttpMatch>;
  readonly filters?: List<K8sFilter>;
  readonly backendRefs?: List<BackendReference>;
}

export interface BackendReference extends ObjectReference {
  readonly filters?: List<K8sFilter>;
}

/** One of the matches of an HTTPRoute's rule: all that it says must hold. */
export interface K8sHttpMatch {
  readonly range: Range;
  readonly path?: K8sValueMatch;
  readonly method?: Field<string>;
  readonly headers?: List<K8sNamedMatch>;
  readonly queryParams?: List<K8sNamedMatch>;
}

export interface K8sValueMatch {
  readonly range: Range;
  readonly type?: Field<string>;
  readonly value?: Field<string>;
}

export interface K8sNamedMatch extends K8sValueMatch {
  readonly name?: Field<string>;
}

export interface K8sFilter {
  readonly range: Range;
  readonly type?: Field<string>;
  readonly requestHeaderModifier?: K8sHeaderModifier;
  readonly responseHeaderModifier?: K8sHeaderModifier;
  readonly requestMirror?: { readonly range: Range; readonly backendRef?: ObjectReference };
  readonly requestRedirect?: {
    readonly range: Range;
    readonly scheme?: Field<string>;
    readonly hostname?: Field<string>;
    readonly port?: Field<number>;
    readonly statusCode?: Field<number>;
    readonly path?: K8sPathModifier;
  };
  readonly urlRewrite?: { readonly range: Range; readonly hostname?: Field<string>; readonly path?: K8sPathModifier };
}

export interface K8sHeaderModifier {
  readonly range: Range;
  readonly set?: List<K8sHeader>;
  readonly add?: List<K8sHeader>;
  readonly remove?: List<Field<string>>;
}

export interface K8sHeader {
  readonly range: Range;
  readonly name?: Field<string>;
  readonly value?: Field<string>;
}

export interface K8sPathModifier {
  readonly range: Range;
  readonly type?: Field<string>;
  readonly replaceFullPath?: Field<string>;
  readonly replacePrefixMatch?: Field<string>;
}

export interface ReferenceGrant extends ResourceBase {
  readonly kind: 'ReferenceGrant';
  readonly from?: List<ObjectReference>;
  readonly to?: List<ObjectReference>;
}

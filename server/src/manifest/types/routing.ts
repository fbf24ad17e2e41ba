/** VirtualService. */
import type { ExportTo, Field, Labels, List, Range, ResourceBase } from './base.ts';

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

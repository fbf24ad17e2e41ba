/** What a pattern is made of, before anything is looked up: plain data that the planner fits into a workspace. */
import type { CallProtocol } from '../trace/types.ts';
import type { PatternId } from './request.ts';

export interface EntryPort {
  readonly number: number;
  readonly name: string;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TLS' | 'TCP';
  readonly targetPort?: number;
}

/** A ServiceEntry that has to be there. */
export interface EntryShape {
  readonly host: string;
  readonly ports: readonly EntryPort[];
  readonly resolution: 'DNS' | 'NONE';
  readonly addresses: readonly string[];
}

/**
 * A Gateway's server: what it does with a connection decides which others can share its port.
 * `http`: plain HTTP. `https`: mutual TLS with HTTP inside. `passthrough`: the application's TLS, by server name. `tls`: mutual TLS with any bytes inside.
 * `tcp`: plain bytes.
 */
export type ServerKind = 'http' | 'https' | 'passthrough' | 'tls' | 'tcp';

export type Block = 'http' | 'tls' | 'tcp';

/** The two rules of a VirtualService: from the sidecar to the gateway, and from the gateway to the outside. */
export interface LegsShape {
  readonly mesh: Block;
  readonly gateway: Block;
  /** Server names that `tls` rules match. */
  readonly sniHosts: readonly string[];
  /** Addresses that `tcp` rules of the sidecar match. */
  readonly subnets: readonly string[];
  readonly to: { readonly host: string; readonly port: number };
}

/** A DestinationRule on the external host that makes a proxy begin TLS. */
export interface OriginationShape {
  readonly at: 'gateway' | 'sidecar';
  readonly host: string;
  readonly port: number;
  readonly mode: 'SIMPLE' | 'MUTUAL';
  readonly credential?: string;
}

export interface RouteShape {
  /** The calls that the route is for, without who calls. */
  readonly calls: readonly { readonly host: string; readonly port: number; readonly protocol: CallProtocol }[];
  /** The host of the VirtualService and of the gateway's server. */
  readonly host: string;
  readonly entries: readonly EntryShape[];
  /** Absent where the pattern has no gateway. */
  readonly gateway?: {
    readonly server: ServerKind;
    readonly legs: LegsShape;
  };
  readonly origination?: OriginationShape;
  /** The layers that the far side must see, outermost first, for a call to `host`. */
  readonly wire: (host: string) => readonly string[];
}

/** What a pattern is given: the request with everything filled in that needs no workspace. */
export interface ShapeInput {
  readonly host: string;
  readonly port: number;
  readonly mutualHop: boolean;
  readonly credential: string | undefined;
  readonly addresses: readonly string[];
  readonly server: string | undefined;
}

/** The kinds of routes that istiod reads without being told to. */
export type ApiRouteKind = 'HTTPRoute' | 'TLSRoute';

/** How a pattern is written with Gateway API; `why`: one sentence without its full stop that tells why it is not. */
export type GatewayApiForm =
  | { readonly route: ApiRouteKind; readonly mutualHop: Pattern['mutualHop']; readonly noHop?: string }
  | { readonly why: string };

export interface Pattern {
  readonly id: PatternId;
  readonly title: string;
  /** One sentence: what it does and when to choose it. */
  readonly what: string;
  /** How the application calls: `http://`, `https://` or `tcp://`. */
  readonly scheme: 'http' | 'https' | 'tcp';
  /** The external port where the request names none; undefined where it must. */
  readonly port: number | undefined;
  readonly gateway: boolean;
  /** Whether the hop between sidecar and gateway can have mutual TLS of its own. */
  readonly mutualHop: 'never' | 'optional';
  readonly credential: 'none' | 'optional' | 'needed';
  /** Whether routes of Gateway API can say it. */
  readonly gatewayApi: GatewayApiForm;
  shape(input: ShapeInput): RouteShape;
}

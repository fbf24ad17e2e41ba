/** A call and what every proxy on its way does with it: plain data, ready for JSON. */
import type { Range } from '../yaml/nodes.ts';

export interface CallSource {
  readonly namespace: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** `https`: TLS with the host as SNI, HTTP inside. `tls`: the same with other bytes inside. */
export type CallProtocol = 'http' | 'https' | 'tls' | 'tcp';

export interface Call {
  readonly from: CallSource;
  readonly host: string;
  readonly port: number;
  readonly protocol: CallProtocol;
  /** `/` where absent. */
  readonly path?: string;
  /** `GET` where absent. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The IP address that the client dials; where absent, one that nothing declares. */
  readonly address?: string;
}

export type HopError =
  | 'no-listener'
  | 'no-filter-chain'
  | 'multiple-filter-chains'
  | 'tls-error'
  | 'mtls-error'
  | 'protocol-error'
  | 'no-virtual-host'
  | 'no-route'
  | 'https-redirect'
  | 'loop';

/** A piece of YAML that caused a step. */
export interface Cause {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly range: Range;
  /** What it decided, in a few words. */
  readonly text: string;
}

export interface ClusterTls {
  readonly mode: 'istioMutual' | 'simple' | 'mutual';
  readonly sni?: string;
  /** The SNI is the HTTP host of each request. */
  readonly autoSni?: boolean;
}

export interface End {
  /** `original-destination`: to wherever the client dialled. `no-cluster`: 503 NC. `no-endpoints`: 503 UH. */
  readonly kind: 'external' | 'original-destination' | 'blocked' | 'no-cluster' | 'no-endpoints';
  /** The layers that the far side sees, outermost first. */
  readonly wire?: readonly string[];
}

export type ClusterType = 'EDS' | 'STRICT_DNS' | 'LOGICAL_DNS' | 'ORIGINAL_DST' | 'STATIC';

/** Where something is optional, undefined is the same as absent: steps are made in one piece, whatever they hold. */
export interface HopCluster {
  /** Envoy's name: `outbound|PORT|SUBSET|HOST`. */
  readonly name: string;
  /** Present only where there are several. */
  readonly weight?: number | undefined;
  readonly exists: boolean;
  readonly type?: ClusterType | undefined;
  /** The DestinationRule that applies: `DestinationRule NAMESPACE/NAME`. */
  readonly config?: string | undefined;
  readonly tls?: ClusterTls | undefined;
  /** `gateway NAMESPACE/NAME:PORT` or `ADDRESS:PORT`, sorted as text. */
  readonly endpoints?: readonly string[] | undefined;
  readonly end?: End | undefined;
  readonly next?: Hop | undefined;
  readonly because: readonly Cause[];
}

/** One proxy's decision. */
export interface Hop {
  /** `sidecar NAMESPACE` or `gateway NAMESPACE/NAME`. */
  readonly proxy: string;
  readonly port: number;
  /** Outermost first: `mtls SNI`, `tls SNI`, `http HOST`, `tcp`. */
  readonly received: readonly string[];
  readonly error?: HopError | undefined;
  readonly listener?: string | undefined;
  readonly routeConfig?: string | undefined;
  readonly virtualHost?: string | undefined;
  readonly route?: string | undefined;
  /** The VirtualService that decided: `VirtualService NAMESPACE/NAME`. */
  readonly config?: string | undefined;
  /** `forward`, `redirect` or `directResponse STATUS`. */
  readonly action?: string | undefined;
  readonly hostRewrite?: string | undefined;
  readonly pathRewrite?: string | undefined;
  readonly clusters?: readonly HopCluster[] | undefined;
  readonly because: readonly Cause[];
  /** What is not in the workspace and was taken for given, in whole sentences; absent where nothing was. */
  readonly assumed?: readonly string[] | undefined;
}

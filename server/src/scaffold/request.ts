/** What is asked for: one route from the workloads of some namespaces to one external host. Plain data; nothing here is looked up. */

export const PATTERN_IDS = [
  'http',
  'tls-passthrough',
  'tls-origination',
  'tls-origination-mutual',
  'tcp',
  'wildcard',
  'sidecar-only',
  'sidecar-tls-origination',
] as const;

export type PatternId = (typeof PATTERN_IDS)[number];

/** Which API routes are written in: VirtualServices and Gateways of Istio, or routes and Gateways of Gateway API. */
export const FORM_IDS = ['istio', 'gateway-api'] as const;

export type FormId = (typeof FORM_IDS)[number];

/** The Secret that a gateway's certificate is taken from where nobody names another: as in Istio's documentation. */
export const DEFAULT_CREDENTIAL = 'client-credential';

/** Who may use a route: every namespace, or these. */
export type Audience = 'all' | readonly string[];

export interface RouteRequest {
  /** As the application calls it; `*.example.com` for the pattern `wildcard`. */
  readonly host: string;
  readonly pattern: PatternId;
  /** The port of the external host; the pattern's own where absent. */
  readonly port?: number;
  /** The one that the workspace has routes in where absent. */
  readonly form?: FormId;
  /** Of new resources of Istio's networking group; that of the workspace where absent. */
  readonly apiVersion?: string;
  /** `namespace/name` of the egress gateway's Service, or of the Gateway that it is made for; the likeliest one where absent. */
  readonly gateway?: string;
  /** Where ServiceEntry and VirtualService are written; the likeliest one where absent. */
  readonly namespace?: string;
  /** Absent: the request's namespace where it names one, else all. */
  readonly audience?: Audience;
  /** Mutual TLS between sidecar and gateway. Absent: as the pattern does without being told. */
  readonly mutualHop?: boolean;
  /** The Secret with the gateway's client certificate (`tls-origination-mutual`), or with the authority to trust (`tls-origination`). */
  readonly credential?: string;
  /** IP addresses that the application dials (`tcp`). */
  readonly addresses?: readonly string[];
  /** The server that answers for every host under a wildcard; `www.` under it where absent. */
  readonly server?: string;
  /** The port of the gateway's Service between sidecar and gateway; chosen where absent. */
  readonly hopPort?: number;
  /** The name of the subset of the gateway; made from the host where absent. */
  readonly subset?: string;
  /** Namespaces that may get new resources although this workspace writes nothing to them yet. */
  readonly writeTo?: readonly string[];
  /** Where new files go that nothing in the workspace has a place for: an absolute path; the workspace itself where absent. */
  readonly folder?: string;
  /** Ids of conflicts whose way out `Extend it` was taken. */
  readonly extend?: readonly string[];
  /** The id of the apply set to write to; the one that has most to do with the route where absent. */
  readonly set?: string;
}

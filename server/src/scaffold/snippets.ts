/** Snippets of editors, made of what the patterns write into an empty workspace: they cannot say anything else. */
import { readContents } from '../manifest/read-contents.ts';
import { DEFAULT_SETTINGS, type Settings } from '../workspace/settings.ts';
import type { WorkspaceFile } from '../workspace/types.ts';
import { parseDocuments } from '../yaml/documents.ts';
import { PATTERNS } from './patterns/all.ts';
import { planRoute } from './plan.ts';
import { renderResource } from './render.ts';
import { PATTERN_IDS, type PatternId, type RouteRequest } from './request.ts';
import type { Pattern } from './shape.ts';
import { slugOf } from './slug.ts';

export interface Snippet {
  /** `egress-…` */
  readonly prefix: string;
  readonly title: string;
  /** One sentence. */
  readonly what: string;
  /** In the form of editors: `${1:api.example.com}` is a place with a default, `${2|A,B|}` one with choices. */
  readonly body: string;
  /** The route that it writes with its defaults; absent for single resources. */
  readonly request?: RouteRequest;
}

/** What snippets are filled in with. */
export interface SnippetFacts {
  /** Whose hosts are the example: `example.com`. */
  readonly domain: string;
  /** Where ServiceEntry and VirtualService go. */
  readonly home: string;
  /** Namespaces that may be chosen instead. */
  readonly others: readonly string[];
  /** `namespace/name` of the gateway's Service. */
  readonly gateway: string;
  /** `known`: the gateway is that of a workspace; `example`: it has to be filled in by who uses the snippet. */
  readonly evidence: 'known' | 'example';
  /** What tells of the gateway. */
  readonly settings: Settings;
  /** Namespaces that resources are written to; none where any may be. */
  readonly written: readonly string[];
  /** Of Istio's networking group; the current one where absent. */
  readonly apiVersion?: string;
}

const NAMESPACE = 'istio-system';
const SERVICE = 'istio-egressgateway';
/** Of the Gateway of Gateway API; its Service is called after it. */
const API_GATEWAY = 'egress-gateway';
const API_NAMESPACE = 'istio-egress';
const PORT = 5432;
const CREDENTIAL = 'client-credential';

/** What is said where no workspace is known. */
const ANYWHERE: SnippetFacts = {
  domain: 'example.com',
  home: 'team-a',
  others: [],
  gateway: `${NAMESPACE}/${SERVICE}`,
  evidence: 'example',
  settings: DEFAULT_SETTINGS,
  written: [],
};

/** Every pattern, with mutual TLS to the gateway where it can have that, and every resource; where no gateway is known, in the form of Gateway API too. */
export function snippets(facts: SnippetFacts = ANYWHERE): readonly Snippet[] {
  const patterns = PATTERN_IDS.map((id) => PATTERNS[id]);
  const istio = patterns.flatMap((each) => ofPattern(facts, each));
  if (facts.evidence === 'known') return [...istio, ...ofResources(facts)];
  return [
    ...istio,
    ...patterns.flatMap((each) => ofApiPattern(facts, each)),
    ...ofResources(facts),
    ...ofApiResources(facts),
  ];
}

function ofPattern(facts: SnippetFacts, { id, title, what, scheme, mutualHop }: Pattern): readonly Snippet[] {
  const host = hostOf(facts, id);
  const request = requestOf(facts, id);
  const text = written(facts, request);
  const body = placesIn(facts, scheme === 'https' ? withChoices(text) : text, host);
  const plain: Snippet = { prefix: `egress-${id}`, title, what, body, request };
  if (mutualHop === 'never') return [plain];
  const mutual = { ...request, mutualHop: true };
  return [
    plain,
    {
      prefix: `egress-${id}-mtls-hop`,
      title: `${title}, with mutual TLS to the gateway`,
      what: `${what} Between sidecar and gateway is mutual TLS.`,
      body: placesIn(facts, written(facts, mutual), host),
      request: mutual,
    },
  ];
}

function hostOf({ domain }: SnippetFacts, id: PatternId): string {
  return `${id === 'wildcard' ? '*' : id === 'tcp' ? 'db' : 'api'}.${domain}`;
}

/** The same with Gateway API, where the pattern has that form. */
function ofApiPattern(facts: SnippetFacts, { id, title, what, gatewayApi }: Pattern): readonly Snippet[] {
  if ('why' in gatewayApi) return [];
  const one = (hop: 'plain' | 'mutual'): Snippet => {
    const mutualHop = hop === 'mutual';
    const request = apiRequestOf(facts, id, hop);
    return {
      prefix: `egress-gateway-api-${id}${mutualHop ? '-mtls-hop' : ''}`,
      title: `${title}, with Gateway API${mutualHop ? ' and mutual TLS to the gateway' : ''}`,
      what: `${what} With Gateway API.${mutualHop ? ' Between sidecar and gateway is mutual TLS.' : ''}`,
      body: placesIn(facts, written(facts, request), hostOf(facts, id)),
      request,
    };
  };
  return gatewayApi.mutualHop === 'never' ? [one('plain')] : [one('plain'), one('mutual')];
}

function apiRequestOf(facts: SnippetFacts, pattern: PatternId, hop: 'plain' | 'mutual'): RouteRequest {
  const request = requestOf(facts, pattern);
  return {
    ...request,
    form: 'gateway-api',
    writeTo: [...(request.writeTo ?? []), API_NAMESPACE],
    ...(PATTERNS[pattern].gateway ? { gateway: `${API_NAMESPACE}/${API_GATEWAY}` } : {}),
    ...(hop === 'mutual' ? { mutualHop: true } : {}),
  };
}

function requestOf(facts: SnippetFacts, pattern: PatternId): RouteRequest {
  const { home, gateway, apiVersion } = facts;
  return {
    form: 'istio',
    host: hostOf(facts, pattern),
    pattern,
    namespace: home,
    audience: [home],
    writeTo: [home, ...(facts.evidence === 'example' ? [NAMESPACE] : [])],
    ...(pattern === 'tcp' ? { port: PORT } : {}),
    ...(PATTERNS[pattern].credential === 'needed' ? { credential: CREDENTIAL } : {}),
    ...(PATTERNS[pattern].gateway ? { gateway } : {}),
    ...(apiVersion === undefined ? {} : { apiVersion }),
  };
}

/** What a pattern writes into a workspace without a route. */
function written({ settings, written: namespaces }: SnippetFacts, request: RouteRequest): string {
  const path = '/namespaces.yaml';
  const text = namespaces.map((name) => `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`).join('---\n');
  const file: WorkspaceFile = { path, contents: readContents(path, text), context: false };
  const files = new Map(namespaces.length > 0 ? [[path, file]] : []);
  return planRoute({ root: '/', settings, files, text: () => undefined }, request)
    .files.map(({ after }) => after)
    .join('---\n');
}

/** The resources one by one, each as a pattern writes it. */
function ofResources(facts: SnippetFacts): readonly Snippet[] {
  const host = hostOf(facts, 'tls-passthrough');
  const of = (id: PatternId) => documentsOf(written(facts, requestOf(facts, id)));
  const [entry, gateway, subset, route] = of('tls-passthrough');
  const origination = of('tls-origination').find((each) => each.includes('mode: SIMPLE'));
  const one = (prefix: string, title: string, what: string, text = ''): Snippet => ({
    prefix,
    title,
    what,
    body: placesIn(facts, withChoices(text, MODES), host),
  });
  return [
    one(
      'egress-serviceentry',
      'ServiceEntry',
      'Declares an external host with a port, for its namespace and the gateway.',
      entry,
    ),
    one('egress-gateway', 'Gateway', 'A server of the egress gateway that takes one host.', gateway),
    one(
      'egress-destinationrule',
      'DestinationRule of the gateway',
      'A subset of the egress gateway for one host.',
      subset,
    ),
    one(
      'egress-destinationrule-tls',
      'DestinationRule that begins TLS',
      'Makes the gateway begin TLS to a host.',
      origination,
    ),
    one(
      'egress-virtualservice',
      'VirtualService',
      'Both rules of a route: to the gateway, and from it to the outside.',
      route,
    ),
    one(
      'egress-sidecar',
      'Sidecar',
      'Limits what the proxies of a namespace see to it and the gateway.',
      sidecar(facts),
    ),
  ];
}

/** The resources of Gateway API one by one. */
function ofApiResources(facts: SnippetFacts): readonly Snippet[] {
  const host = hostOf(facts, 'tls-passthrough');
  const textOf = (id: PatternId) => written(facts, apiRequestOf(facts, id, 'plain'));
  const [, gateway, toGateway, fromGateway] = documentsOf(textOf('http'));
  const [, , toGatewayTls, fromGatewayTls] = documentsOf(textOf('tls-passthrough'));
  const one = (prefix: string, title: string, what: string, text = ''): Snippet => ({
    prefix,
    title,
    what,
    body: placesIn(facts, text, host),
  });
  return [
    one(
      'egress-gateway-api-gateway',
      'Gateway of Gateway API',
      'A gateway that istiod runs inside the cluster, with a listener for one host.',
      gateway,
    ),
    one(
      'egress-httproute-to-gateway',
      'HTTPRoute for sidecars',
      'Leads plain HTTP calls to a host, of which there is a ServiceEntry, to the gateway.',
      toGateway,
    ),
    one(
      'egress-httproute-from-gateway',
      'HTTPRoute for the gateway',
      'Leads requests for a host from a listener of the gateway to the outside.',
      fromGateway,
    ),
    one(
      'egress-tlsroute-to-gateway',
      'TLSRoute for sidecars',
      'Leads https:// calls to a host, of which there is a ServiceEntry, to the gateway.',
      toGatewayTls,
    ),
    one(
      'egress-tlsroute-from-gateway',
      'TLSRoute for the gateway',
      'Leads TLS for a host from a listener of the gateway to the outside.',
      fromGatewayTls,
    ),
  ];
}

function sidecar({ gateway, home, apiVersion = 'networking.istio.io/v1' }: SnippetFacts): string {
  const egress = [{ hosts: ['./*', `${gateway.split('/')[0]}/*`] }];
  return renderResource({
    apiVersion,
    kind: 'Sidecar',
    name: 'default',
    namespace: home,
    spec: { egress, outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
  });
}

function documentsOf(text: string): readonly string[] {
  return parseDocuments(text).documents.map(({ range }) => `${text.slice(range.start, range.end).trim()}\n`);
}

type Choices = readonly (readonly [key: string, values: readonly string[]])[];

/** What a value can be instead, and the rest stays right. The first is what the text has. */
const PROTOCOLS: Choices = [['protocol', ['TLS', 'HTTPS']]];
/** The same for a resource that stands alone. */
const MODES: Choices = [
  ...PROTOCOLS,
  ['mode', ['PASSTHROUGH', 'ISTIO_MUTUAL']],
  ['mode', ['REGISTRY_ONLY', 'ALLOW_ANY']],
];

/** Marks values with their choices; the marks become places. */
function withChoices(text: string, choices = PROTOCOLS): string {
  return choices.reduce(
    (result, [key, values]) =>
      result.replaceAll(new RegExp(`^(\\s*(?:- )?${key}: )${values[0]}$`, 'gm'), `$1|${values.join()}|`),
    text,
  );
}

/**
 * Makes places of what differs from route to route. One thing that is written several times is one place, so that typing it once is enough. The host is the
 * first that is typed. A gateway that is known is none.
 *
 * @param host the host that the text is for
 */
function placesIn(facts: SnippetFacts, text: string, host: string): string {
  const { domain, home, others, evidence } = facts;
  const server = `www.${domain}`;
  const values = [
    ...[host, server, slugOf(host), slugOf(server)],
    ...(evidence === 'example' ? [SERVICE, NAMESPACE, API_GATEWAY, API_NAMESPACE, home] : []),
    ...[CREDENTIAL, String(PORT)],
  ];
  const forms = [
    `(?<!\\w)(?:${values.map(escaped).join('|')})(?!\\w)`,
    ...(evidence === 'example' ? ['(?<=istio: )egressgateway'] : homeForms(text, home)),
    '\\|[A-Z_,]+\\|',
  ];
  const numbers = new Map([
    [host, 1],
    [slugOf(host), 2],
  ]);
  const defined = new Set<string>();
  return text.trim().replaceAll(new RegExp(forms.join('|'), 'gm'), (value) => {
    const number = numbers.get(value) ?? numbers.size + 1;
    numbers.set(value, number);
    if (defined.has(value)) return `\${${number}}`;
    defined.add(value);
    if (value.startsWith('|')) return `\${${number}${value}}`;
    return value === home && others.length > 0
      ? `\${${number}|${[home, ...others].join()}|}`
      : `\${${number}:${value}}`;
  });
}

/** Where the namespace of a workspace is a place: where it is written as one, and only if it is nothing else anywhere. */
function homeForms(text: string, home: string): readonly string[] {
  const strict = `(?<=^  namespace: )${escaped(home)}$`;
  const count = (form: string) => [...text.matchAll(new RegExp(form, 'gm'))].length;
  return count(strict) === count(`(?<![-\\w])${escaped(home)}(?![-\\w])`) ? [strict] : [];
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

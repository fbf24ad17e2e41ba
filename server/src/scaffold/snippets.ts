/** Snippets of editors, made of what the patterns write into an empty workspace: they cannot say anything else. */
import { DEFAULT_SETTINGS } from '../workspace/settings.ts';
import { parseDocuments } from '../yaml/documents.ts';
import { PATTERNS } from './patterns/all.ts';
import { planRoute } from './plan.ts';
import { renderResource } from './render.ts';
import { type FormId, PATTERN_IDS, type PatternId, type RouteRequest } from './request.ts';
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
}

/** Every pattern in every form, with mutual TLS to the gateway where it can have that, and every resource. */
export function snippets(): readonly Snippet[] {
  const patterns = PATTERN_IDS.map((id) => PATTERNS[id]);
  return [
    ...patterns.flatMap((each) => ofPattern(each)),
    ...patterns.flatMap((each) => ofApiPattern(each)),
    ...ofResources(),
    ...ofApiResources(),
  ];
}

const HOME = 'team-a';
const NAMESPACE = 'istio-system';
const SERVICE = 'istio-egressgateway';
/** Of the Gateway of Gateway API; its Service is called after it. */
const API_GATEWAY = 'egress-gateway';
const API_NAMESPACE = 'istio-egress';
const PORT = 5432;
const CREDENTIAL = 'client-credential';
/** The server that answers for the wildcard's hosts. */
const SERVER = 'www.example.com';

function ofPattern({ id, title, what, scheme, mutualHop }: Pattern): readonly Snippet[] {
  const text = written(id, false);
  const body = placesIn(scheme === 'https' ? withChoices(text) : text, hostOf(id));
  const plain: Snippet = { prefix: `egress-${id}`, title, what, body };
  if (mutualHop === 'never') return [plain];
  return [
    plain,
    {
      prefix: `egress-${id}-mtls-hop`,
      title: `${title}, with mutual TLS to the gateway`,
      what: `${what} Between sidecar and gateway is mutual TLS.`,
      body: placesIn(written(id, true), hostOf(id)),
    },
  ];
}

function hostOf(id: PatternId): string {
  return id === 'wildcard' ? '*.example.com' : id === 'tcp' ? 'db.example.com' : 'api.example.com';
}

/** The same with Gateway API, where the pattern has that form. */
function ofApiPattern({ id, title, what, gatewayApi }: Pattern): readonly Snippet[] {
  if ('why' in gatewayApi) return [];
  const one = (mutualHop: boolean): Snippet => ({
    prefix: `egress-gateway-api-${id}${mutualHop ? '-mtls-hop' : ''}`,
    title: `${title}, with Gateway API${mutualHop ? ' and mutual TLS to the gateway' : ''}`,
    what: `${what} With Gateway API.${mutualHop ? ' Between sidecar and gateway is mutual TLS.' : ''}`,
    body: placesIn(written(id, mutualHop, 'gateway-api'), hostOf(id)),
  });
  return gatewayApi.mutualHop === 'never' ? [one(false)] : [one(false), one(true)];
}

/** What a pattern writes into an empty workspace. */
function written(pattern: PatternId, mutualHop: boolean, form: FormId = 'istio'): string {
  const gateway = form === 'istio' ? `${NAMESPACE}/${SERVICE}` : `${API_NAMESPACE}/${API_GATEWAY}`;
  const request: RouteRequest = {
    form,
    host: hostOf(pattern),
    pattern,
    namespace: HOME,
    audience: [HOME],
    writeTo: [HOME, NAMESPACE, API_NAMESPACE],
    ...(pattern === 'tcp' ? { port: PORT } : {}),
    ...(PATTERNS[pattern].credential === 'needed' ? { credential: CREDENTIAL } : {}),
    ...(PATTERNS[pattern].gateway ? { gateway } : {}),
    ...(mutualHop ? { mutualHop } : {}),
  };
  const site = { root: '/', settings: DEFAULT_SETTINGS, files: new Map(), text: () => undefined };
  return planRoute(site, request)
    .files.map(({ after }) => after)
    .join('---\n');
}

/** The resources one by one, each as a pattern writes it. */
function ofResources(): readonly Snippet[] {
  const host = hostOf('tls-passthrough');
  const [entry, gateway, subset, route] = documentsOf(written('tls-passthrough', false));
  const origination = documentsOf(written('tls-origination', false)).find((each) => each.includes('mode: SIMPLE'));
  const one = (prefix: string, title: string, what: string, text = ''): Snippet => ({
    prefix,
    title,
    what,
    body: placesIn(withChoices(text, MODES), host),
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
    one('egress-sidecar', 'Sidecar', 'Limits what the proxies of a namespace see to it and the gateway.', sidecar()),
  ];
}

/** The resources of Gateway API one by one. */
function ofApiResources(): readonly Snippet[] {
  const host = hostOf('tls-passthrough');
  const [, gateway, toGateway, fromGateway] = documentsOf(written('http', false, 'gateway-api'));
  const [, , toGatewayTls, fromGatewayTls] = documentsOf(written('tls-passthrough', false, 'gateway-api'));
  const one = (prefix: string, title: string, what: string, text = ''): Snippet => ({
    prefix,
    title,
    what,
    body: placesIn(text, host),
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

function sidecar(): string {
  const egress = [{ hosts: ['./*', `${NAMESPACE}/*`] }];
  return renderResource({
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    name: 'default',
    namespace: HOME,
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
 * first that is typed.
 *
 * @param host the host that the text is for
 */
function placesIn(text: string, host: string): string {
  const values = [
    ...[host, SERVER, slugOf(host), slugOf(SERVER), SERVICE, NAMESPACE],
    ...[API_GATEWAY, API_NAMESPACE, HOME, CREDENTIAL, String(PORT)],
  ].map(escaped);
  const found = new RegExp(`(?<!\\w)(?:${values.join('|')})(?!\\w)|(?<=istio: )egressgateway|\\|[A-Z_,]+\\|`, 'g');
  const numbers = new Map([
    [host, 1],
    [slugOf(host), 2],
  ]);
  const defined = new Set<string>();
  return text.trim().replaceAll(found, (value) => {
    const number = numbers.get(value) ?? numbers.size + 1;
    numbers.set(value, number);
    if (defined.has(value)) return `\${${number}}`;
    defined.add(value);
    return value.startsWith('|') ? `\${${number}${value}}` : `\${${number}:${value}}`;
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

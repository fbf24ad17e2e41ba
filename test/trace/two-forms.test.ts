/** The egress tasks of Istio's documentation, each in the form of Istio and in that of Gateway API: the calls end alike, and nothing is found. */
import { describe, expect, it } from 'vitest';
import { type Ending, endingsOf } from '../../server/src/calls/endings.ts';
import { parseCall } from '../../server/src/features/call-text.ts';
import { analyze, filesOf, findingsOf } from '../support/annotated.ts';

/** Everything is here, and callers are in `shop`. */
const SETTINGS = `# -- .istio-egress.yaml
complete: ['*']
clients: [shop]
istio: {outboundTrafficPolicy: ALLOW_ANY}
`;

/** The gateway of the classic form; Gateway API brings its own. */
const INSTALL = `# -- install.yaml
apiVersion: v1
kind: Service
metadata: {name: istio-egressgateway, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  ports:
    - {name: http2, port: 80, targetPort: 8080}
    - {name: https, port: 443, targetPort: 8443}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istio-egressgateway, namespace: istio-system}
spec: {template: {metadata: {labels: {istio: egressgateway}}}}
`;

const EGRESS = 'istio-egressgateway.istio-system.svc.cluster.local';

interface Task {
  readonly title: string;
  /** What both forms have. */
  readonly common: string;
  readonly istio: string;
  readonly gatewayApi: string;
  readonly call: string;
  /** Gateways on the way, in either form. */
  readonly through: { readonly istio: readonly string[]; readonly gatewayApi: readonly string[] };
  /** Host, port and TLS with which it leaves, and what the far side sees. */
  readonly leaves: Leaving;
}

interface Leaving {
  readonly verdict: string;
  readonly cluster: string;
  readonly tls: string;
  readonly wire: readonly string[];
}

const PASSED = { istio: ['istio-system/istio-egressgateway'], gatewayApi: ['shop/news-egress-istio'] };

function entry(ports: string, host = 'news.example.com', resolution = 'DNS', name = 'news'): string {
  return `# -- ${name}.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: shop}
spec:
  hosts: ["${host}"]
  ports: [${ports}]
  resolution: ${resolution}
`;
}

function k8sGateway(listener: string): string {
  return `# -- gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: news-egress, namespace: shop}
spec:
  gatewayClassName: istio
  listeners:
    - {${listener}, allowedRoutes: {namespaces: {from: Same}}}
`;
}

function istioGateway(server: string): string {
  return `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: shop}
spec:
  selector: {istio: egressgateway}
  servers:
    - {${server}}
`;
}

function rule(name: string, host: string, policy: string): string {
  return `# -- ${name}.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: shop}
spec:
  host: ${host}
  ${policy}
`;
}

const ORIGINATES = rule(
  'originate',
  'news.example.com',
  'trafficPolicy: {portLevelSettings: [{port: {number: 443}, tls: {mode: SIMPLE}}]}',
);

const TO_GATEWAY = `# -- to-gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: to-gateway, namespace: shop}
spec:
  parentRefs:
    - {group: networking.istio.io, kind: ServiceEntry, name: news}
  rules:
    - backendRefs: [{name: news-egress-istio, port: 80}]
`;

function fromGateway(port: number): string {
  return `# -- from-gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: from-gateway, namespace: shop}
spec:
  parentRefs: [{name: news-egress}]
  hostnames: [news.example.com]
  rules:
    - backendRefs: [{group: networking.istio.io, kind: Hostname, name: news.example.com, port: ${port}}]
`;
}

function tlsRoutes(parent: string, hostname: string, target: string, version = 'v1'): string {
  return `# -- routes.yaml
apiVersion: gateway.networking.k8s.io/${version}
kind: TLSRoute
metadata: {name: to-gateway, namespace: shop}
spec:
  parentRefs:
    - {group: networking.istio.io, kind: ServiceEntry, name: ${parent}}
${version === 'v1' ? `  hostnames: ["${hostname}"]\n` : ''}  rules:
    - backendRefs: [{name: news-egress-istio, port: 443}]
---
apiVersion: gateway.networking.k8s.io/${version}
kind: TLSRoute
metadata: {name: from-gateway, namespace: shop}
spec:
  parentRefs: [{name: news-egress}]
  hostnames: ["${hostname}"]
  rules:
    - backendRefs: [{group: networking.istio.io, kind: Hostname, name: ${target}, port: 443}]
`;
}

function httpRules(subset: string, target: number): string {
  return `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: through-gateway, namespace: shop}
spec:
  hosts: [news.example.com]
  gateways: [mesh, egress]
  http:
    - match: [{gateways: [mesh], port: 80}]
      route: [{destination: {host: ${EGRESS}, subset: ${subset}, port: {number: 80}}}]
    - match: [{gateways: [egress], port: 80}]
      route: [{destination: {host: news.example.com, port: {number: ${target}}}}]
`;
}

function tlsRules(hostname: string, target: string): string {
  return `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: through-gateway, namespace: shop}
spec:
  hosts: ["${hostname}"]
  gateways: [mesh, egress]
  tls:
    - match: [{gateways: [mesh], port: 443, sniHosts: ["${hostname}"]}]
      route: [{destination: {host: ${EGRESS}, subset: news, port: {number: 443}}}]
    - match: [{gateways: [egress], port: 443, sniHosts: ["${hostname}"]}]
      route: [{destination: {host: ${target}, port: {number: 443}}}]
`;
}

const PLAIN_SUBSET = rule('to-egress', EGRESS, 'subsets: [{name: news}]');
const MUTUAL = 'portLevelSettings: [{port: {number: 80}, tls: {mode: ISTIO_MUTUAL, sni: news.example.com}}]';
const HTTP_PORTS = '{number: 80, name: http, protocol: HTTP}, {number: 443, name: https, protocol: HTTPS}';
const TLS_PORT = '{number: 443, name: tls, protocol: TLS}';
const PASSES = 'port: {number: 443, name: tls, protocol: TLS}, tls: {mode: PASSTHROUGH}';
const TLS_LISTENER = 'name: tls, port: 443, protocol: TLS, tls: {mode: Passthrough}';

const PASSED_THROUGH: Leaving = {
  verdict: 'outside',
  cluster: 'outbound|443||news.example.com',
  tls: 'none',
  wire: ['tls news.example.com', 'http news.example.com'],
};

const VAULT = 'vault.example.com';
const VAULT_HOP = `portLevelSettings: [{port: {number: 443}, tls: {mode: ISTIO_MUTUAL, sni: ${VAULT}}}]`;

/** In the namespace of the gateway's pods, which is where the Secret is. */
function originatesTo(namespace: string): string {
  const policy = `trafficPolicy: {portLevelSettings: [{port: {number: 443}, tls: {mode: MUTUAL, credentialName: client, sni: ${VAULT}}}]}`;
  return rule('originate', VAULT, policy).replace('namespace: shop', `namespace: ${namespace}`);
}

const TASKS: readonly Task[] = [
  {
    title: 'a host that is declared, without a gateway',
    common: entry('{number: 80, name: http, protocol: HTTP}'),
    istio: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: news, namespace: shop}
spec:
  hosts: [news.example.com]
  http:
    - timeout: 3s
      route: [{destination: {host: news.example.com}}]
`,
    gatewayApi: `# -- route.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: news, namespace: shop}
spec:
  parentRefs:
    - {group: networking.istio.io, kind: ServiceEntry, name: news}
  hostnames: [news.example.com]
  rules:
    - timeouts: {request: 3s}
      backendRefs: [{group: networking.istio.io, kind: Hostname, name: news.example.com, port: 80}]
`,
    call: 'http://news.example.com from shop',
    through: { istio: [], gatewayApi: [] },
    leaves: {
      verdict: 'outside-not-through-gateway',
      cluster: 'outbound|80||news.example.com',
      tls: 'none',
      wire: ['http news.example.com'],
    },
  },
  {
    title: 'HTTP through the gateway',
    common: entry(HTTP_PORTS),
    istio: `${istioGateway('port: {number: 80, name: http, protocol: HTTP}, hosts: [news.example.com]')}${PLAIN_SUBSET}${httpRules('news', 80)}`,
    gatewayApi: `${k8sGateway('name: http, hostname: news.example.com, port: 80, protocol: HTTP')}${TO_GATEWAY}${fromGateway(80)}`,
    call: 'http://news.example.com from shop',
    through: PASSED,
    leaves: {
      verdict: 'outside',
      cluster: 'outbound|80||news.example.com',
      tls: 'none',
      wire: ['http news.example.com'],
    },
  },
  {
    title: 'TLS of the application, passed through',
    common: entry(TLS_PORT),
    istio: `${istioGateway(`${PASSES}, hosts: [news.example.com]`)}${PLAIN_SUBSET}${tlsRules('news.example.com', 'news.example.com')}`,
    gatewayApi: `${k8sGateway(`${TLS_LISTENER}, hostname: news.example.com`)}${tlsRoutes('news', 'news.example.com', 'news.example.com')}`,
    call: 'https://news.example.com from shop',
    through: PASSED,
    leaves: PASSED_THROUGH,
  },
  {
    title: 'TLS that the gateway begins, mutual TLS up to there',
    common: `${entry(HTTP_PORTS)}${ORIGINATES}`,
    istio: `${istioGateway('port: {number: 80, name: https-to-originate, protocol: HTTPS}, hosts: [news.example.com], tls: {mode: ISTIO_MUTUAL}')}${rule('to-egress', EGRESS, `subsets: [{name: news, trafficPolicy: {${MUTUAL}}}]`)}${httpRules('news', 443)}`,
    gatewayApi: `${k8sGateway('name: https-to-originate, hostname: news.example.com, port: 80, protocol: HTTPS, tls: {mode: Terminate, options: {gateway.istio.io/tls-terminate-mode: ISTIO_MUTUAL}}')}${rule('to-egress', 'news-egress-istio.shop.svc.cluster.local', `trafficPolicy: {${MUTUAL}}`)}${TO_GATEWAY}${fromGateway(443)}`,
    call: 'http://news.example.com from shop',
    through: PASSED,
    leaves: {
      verdict: 'outside',
      cluster: 'outbound|443||news.example.com',
      tls: 'simple',
      wire: ['tls news.example.com', 'http news.example.com'],
    },
  },
  {
    title: 'mutual TLS that the gateway begins, sidecars following a VirtualService in both forms',
    common: entry(HTTP_PORTS, VAULT, 'DNS', 'vault'),
    istio: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: shop}
spec:
  selector: {istio: egressgateway}
  servers:
    - {port: {number: 443, name: https, protocol: HTTPS}, hosts: [${VAULT}], tls: {mode: ISTIO_MUTUAL}}
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: through-gateway, namespace: shop}
spec:
  hosts: [${VAULT}]
  gateways: [mesh, egress]
  http:
    - match: [{gateways: [mesh], port: 80}]
      route: [{destination: {host: ${EGRESS}, subset: vault, port: {number: 443}}}]
    - match: [{gateways: [egress], port: 443}]
      route: [{destination: {host: ${VAULT}, port: {number: 443}}}]
${rule('to-egress', EGRESS, `subsets: [{name: vault, trafficPolicy: {${VAULT_HOP}}}]`)}${originatesTo('istio-system')}`,
    gatewayApi: `${k8sGateway(`name: https, hostname: ${VAULT}, port: 443, protocol: HTTPS, tls: {mode: Terminate, options: {gateway.istio.io/tls-terminate-mode: ISTIO_MUTUAL}}`)}${rule('to-egress', 'news-egress-istio.shop.svc.cluster.local', `trafficPolicy: {${VAULT_HOP}}`)}${originatesTo('shop')}# -- routes.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: to-gateway, namespace: shop}
spec:
  hosts: [${VAULT}]
  gateways: [mesh]
  http:
    - match: [{port: 80}]
      route: [{destination: {host: news-egress-istio.shop.svc.cluster.local, port: {number: 443}}}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: from-gateway, namespace: shop}
spec:
  parentRefs: [{name: news-egress}]
  hostnames: [${VAULT}]
  rules:
    - backendRefs: [{group: networking.istio.io, kind: Hostname, name: ${VAULT}, port: 443}]
`,
    call: `http://${VAULT} from shop`,
    through: PASSED,
    leaves: {
      verdict: 'outside',
      cluster: `outbound|443||${VAULT}`,
      tls: 'mutual',
      wire: [`tls ${VAULT}`, `http ${VAULT}`],
    },
  },
  {
    title: 'any host under a wildcard, sent on to one server',
    common: `${entry(TLS_PORT, 'www.news.example.com')}`,
    istio: `${istioGateway(`${PASSES}, hosts: ["*.news.example.com"]`)}${PLAIN_SUBSET}${tlsRules('*.news.example.com', 'www.news.example.com')}`,
    gatewayApi: `${entry(TLS_PORT, '*.news.example.com', 'NONE', 'all-news')}${k8sGateway(`${TLS_LISTENER}, hostname: "*.news.example.com"`)}${tlsRoutes('all-news', '*.news.example.com', 'www.news.example.com')}`,
    call: 'https://sport.news.example.com from shop',
    through: PASSED,
    leaves: {
      verdict: 'outside',
      cluster: 'outbound|443||www.news.example.com',
      tls: 'none',
      wire: ['tls sport.news.example.com', 'http sport.news.example.com'],
    },
  },
];

describe.each(TASKS)('$title', ({ common, istio, gatewayApi, call, through, leaves }) => {
  it.each([
    ['of Istio', `${SETTINGS}${INSTALL}${common}${istio}`, through.istio],
    ['of Gateway API', `${SETTINGS}${common}${gatewayApi}`, through.gatewayApi],
  ])('in the form %s', (_form, fixture, gateways) => {
    expect(foundIn(fixture)).toEqual([]);
    expect(endsOf(fixture, call)).toEqual([{ ...leaves, gateways }]);
  });
});

it('a TLSRoute of the older version may leave out the hostnames: sidecars take those of the ServiceEntry', () => {
  const routes = tlsRoutes('news', 'news.example.com', 'news.example.com', 'v1alpha2');
  const fixture = `${SETTINGS}${entry(TLS_PORT)}${k8sGateway(`${TLS_LISTENER}, hostname: news.example.com`)}${routes}`;
  expect(findingsOf(fixture).map(({ severity, code }) => `${severity} ${code}`)).toEqual([
    'information field-required',
  ]);
  expect(endsOf(fixture, 'https://news.example.com from shop')).toEqual([
    { ...PASSED_THROUGH, gateways: PASSED.gatewayApi },
  ]);
});

/** What other namespaces would meet, and what a later version asks for, is no more than an information. */
function foundIn(fixture: string): readonly string[] {
  return findingsOf(fixture)
    .filter(({ severity }) => severity !== 'information')
    .map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

function endsOf(fixture: string, line: string) {
  const reading = parseCall(line);
  if ('problem' in reading) throw new Error(reading.problem);
  const [traceable] = analyze(filesOf(fixture)).traceables();
  if (!traceable) throw new Error('nothing to follow a call in');
  return endingsOf(traceable.tracer.trace(reading.call)).map(leavingOf);
}

function leavingOf({ verdict, cluster, hops }: Ending) {
  return {
    verdict,
    cluster: cluster?.name,
    tls: cluster?.tls?.mode ?? 'none',
    wire: cluster?.end?.wire,
    gateways: hops.slice(1).map(({ proxy }) => proxy.replace('gateway ', '')),
  };
}

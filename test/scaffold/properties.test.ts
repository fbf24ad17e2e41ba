/** What holds for every workspace: here for ones made of routes, other resources, layouts of files and line breaks by chance. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { planRoute } from '../../server/src/scaffold/plan.ts';
import { PATTERNS } from '../../server/src/scaffold/patterns/all.ts';
import { FORM_IDS, PATTERN_IDS, type RouteRequest } from '../../server/src/scaffold/request.ts';
import type { RoutePlan } from '../../server/src/scaffold/types.ts';
import { undoOf } from '../../server/src/scaffold/undo.ts';
import type { Call } from '../../server/src/trace/types.ts';
import { installs } from './installs.ts';
import { judge, wayOf } from './judge.ts';
import { applied, ROOT, siteOf, type Texts } from './site.ts';

const HOSTS = ['api.example.com', 'db.example.com', 'pay.example.net'] as const;
const NAMESPACES = ['team-a', 'team-b'] as const;

const OTHERS = [
  `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: declared, namespace: team-a} # by hand
spec: {hosts: [api.example.com], ports: [{number: 443, name: https, protocol: HTTPS}], resolution: DNS}
`,
  `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: timeout, namespace: team-b}
spec:
  hosts: [pay.example.net]
  exportTo: ["."]
  http: [{timeout: 3s, route: [{destination: {host: pay.example.net}}]}]
`,
  `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: mesh-mtls, namespace: team-b}
spec: {host: "*.local", trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
`,
  `apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: team-b}
spec: {egress: [{hosts: ["./*", "istio-system/*", "team-a/*"]}]}
`,
  `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: everything, namespace: team-b}
spec: {hosts: ["*.example.com"], ports: [{number: 443, name: tls, protocol: TLS}], exportTo: ["."]}
`,
  `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: shared-egress, namespace: istio-system}
spec:
  gatewayClassName: istio
  listeners: # theirs
    - {name: http, hostname: "*.example.com", port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}
`,
  `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: slow, namespace: team-a}
spec:
  parentRefs: [{group: networking.istio.io, kind: ServiceEntry, name: paid}]
  rules: [{timeouts: {request: 3s}, backendRefs: [{group: networking.istio.io, kind: Hostname, name: pay.example.net, port: 80}]}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: paid, namespace: team-a}
spec: {hosts: [pay.example.net], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS}
`,
] as const;

const request = fc
  .record({
    pattern: fc.constantFrom(...PATTERN_IDS),
    host: fc.constantFrom(...HOSTS),
    namespace: fc.constantFrom(...NAMESPACES),
    forAll: fc.boolean(),
    mutualHop: fc.constantFrom(undefined, true, false),
    form: fc.constantFrom(undefined, ...FORM_IDS),
    api: fc.constantFrom(...PATTERN_IDS.filter((each) => 'route' in PATTERNS[each].gatewayApi)),
  })
  .map(({ pattern: any, host, namespace, forAll, mutualHop, form, api }): RouteRequest => {
    const isApi = form === 'gateway-api';
    const pattern = isApi ? api : any;
    const optional =
      !['wildcard', 'sidecar-only', 'sidecar-tls-origination'].includes(pattern) &&
      !(isApi && pattern === 'tls-passthrough');
    return {
      ...(form === undefined ? {} : { form }),
      pattern,
      host: pattern === 'wildcard' ? '*.example.com' : host,
      namespace,
      audience: forAll ? 'all' : [namespace],
      writeTo: [...NAMESPACES, 'istio-system'],
      ...(pattern === 'tcp' ? { port: 5432 } : {}),
      ...(optional && mutualHop !== undefined ? { mutualHop } : {}),
    };
  });

const workspace = fc.record({
  install: fc.constantFrom(...installs('istio-system')),
  before: fc.array(request, { maxLength: 3 }),
  others: fc.subarray([...OTHERS]),
  layout: fc.constantFrom('one file', 'a file for each', 'a file for each kind'),
  crlf: fc.boolean(),
  kustomized: fc.boolean(),
});

type Workspace = typeof workspace extends fc.Arbitrary<infer T> ? T : never;

/** Everything that the workspace holds, in its layout. */
function textsOf({ install, before, others, layout, crlf, kustomized }: Workspace): Texts {
  let texts: Texts = new Map([
    ...install.texts,
    ...others.map((text, index): [string, string] => [`other-${index}.yaml`, text]),
  ]);
  for (const each of before) {
    const plan = planRoute(siteOf(texts, install.settings), each);
    if (plan.status === 'ready') texts = applied(texts, plan);
  }
  const documents = [...texts.values()].flatMap((text) => text.split(/^---\n/m));
  const files = new Map<string, string[]>();
  documents.forEach((document, index) => {
    const kind = /^kind: (\w+)/m.exec(document)?.[1]?.toLowerCase() ?? 'other';
    const path =
      layout === 'one file' ? 'all.yaml' : layout === 'a file for each kind' ? `${kind}.yaml` : `r${index}.yaml`;
    files.set(path, [...(files.get(path) ?? []), document]);
  });
  const result = new Map([...files].map(([path, list]) => [path, list.join('---\n')]));
  if (kustomized) {
    const resources = [...result.keys()].map((path) => `  - ${path}\n`).join('');
    result.set('kustomization.yaml', `# applied by the pipeline\nresources:\n${resources}`);
  }
  return new Map([...result].map(([path, text]) => [path, crlf ? text.replaceAll('\n', '\r\n') : text]));
}

/** Every call that the workspace could be about. */
const CALLS: readonly Call[] = [...NAMESPACES, 'team-z'].flatMap((namespace) =>
  [...HOSTS, 'www.example.com'].flatMap((host): readonly Call[] => [
    { from: { namespace }, host, port: 80, protocol: 'http' },
    { from: { namespace }, host, port: 443, protocol: 'https' },
    { from: { namespace }, host, port: 5432, protocol: 'tcp' },
  ]),
);

function isMeant({ from, host, port }: Call, { pattern, audience, host: asked }: RouteRequest): boolean {
  if (audience !== 'all' && !audience?.includes(from.namespace)) return false;
  const ports = { tcp: 5432, 'tls-passthrough': 443, wildcard: 443, 'sidecar-only': 443 };
  const own = pattern in ports ? ports[pattern as keyof typeof ports] : 80;
  return port === own && (pattern === 'wildcard' ? host.endsWith('.example.com') : pattern === 'tcp' || host === asked);
}

const RUNS = process.env.ISTIO_EGRESS_ALL_CASES ? 400 : 80;

it('a route breaks no other, is made once, and can be taken back', () => {
  const seen: Record<RoutePlan['status'], number> = { ready: 0, unchanged: 0, blocked: 0 };
  let withApi = 0;
  fc.assert(
    fc.property(workspace, request, (each, asked) => {
      const texts = textsOf(each);
      const { settings } = each.install;
      const plan = planRoute(siteOf(texts, settings), asked);
      seen[plan.status]++;
      if (plan.status !== 'ready') {
        expect(plan.files).toEqual([]);
        expect(plan.status === 'unchanged' || plan.conflicts.length > 0).toBe(true);
        return;
      }
      if (plan.created.some(({ kind }) => kind === 'HTTPRoute' || kind === 'TLSRoute')) withApi++;
      const after = applied(texts, plan);
      const [was, is] = [judge(texts, settings), judge(after, settings)];
      for (const call of CALLS) {
        const before = was.trace(call);
        if (!before.verdict.startsWith('outside')) continue;
        const now = is.trace(call);
        if (isMeant(call, asked)) expect(now.verdict).toMatch(/^outside/);
        else
          expect([call, wayOf(now)]).toEqual([
            call,
            wayOf(before).replace(', not declared', wayOf(now).endsWith('not declared') ? ', not declared' : ''),
          ]);
      }
      expect(is.rejected).toEqual(was.rejected);
      expect(planRoute(siteOf(after, settings), asked)).toMatchObject({ status: 'unchanged', files: [] });
      expect(undone(after, plan)).toEqual(texts);
      const mixed = [...after.values()].filter((text) => text.includes('\r\n') && /[^\r]\n/.test(text));
      expect(mixed).toEqual([]);
      if (each.kustomized) expect(unlisted(after)).toEqual([]);
    }),
    { numRuns: RUNS, seed: 20261126 },
  );
  process.stdout.write(
    `Create egress route: of ${RUNS} workspaces by chance ${seen.ready} created (${withApi} in Gateway API), ${seen.unchanged} there already, ${seen.blocked} blocked.\n`,
  );
  expect(seen.ready).toBeGreaterThan(RUNS / 3);
  expect(withApi).toBeGreaterThan(RUNS / 10);
});

/** Files that the kustomization does not list would never be applied. */
function unlisted(texts: Texts): readonly string[] {
  const listed = texts.get('kustomization.yaml') ?? '';
  return [...texts.keys()].filter((path) => path !== 'kustomization.yaml' && !new RegExp(`[ [-]${path}`).test(listed));
}

function undone(texts: Texts, plan: RoutePlan): Texts {
  const result = new Map(texts);
  for (const { path, before, after } of undoOf(plan)) {
    const name = path.slice(ROOT.length + 1);
    expect(result.get(name)).toBe(before);
    if (after === undefined) result.delete(name);
    else result.set(name, after);
  }
  return result;
}

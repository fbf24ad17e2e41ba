import { describe, expect, it } from 'vitest';
import { expectFindings, expectFixed, findingsOf } from '../../../test/support/annotated.ts';

/** A VirtualService in `app` with these gateways. */
function route(gateways: string, match?: string, block = 'http'): string {
  const matches = match === undefined ? '' : `\n      match:\n        - gateways: [${match}]`;
  return `
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: ${gateways}
  ${block}:
    - route:
        - destination: {host: api.example.com}${matches}
`;
}

function gateway(namespace: string, name: string, path = `${namespace}-${name}.yaml`): string {
  return `
# -- ${path}
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: ["*"]
`.slice(1);
}

const codes = (fixture: string) => findingsOf(fixture).map((each) => `${each.severity} ${each.code}`);
const NOT_FOUND = 'error gateway-not-found';

describe('a name that nothing has', () => {
  it('is an error where the same name is in one other namespace', () => {
    expectFindings(`
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [mesh, egress]
#                  ^^^^^^ error gateway-not-found: 404 at the egress gateway: Gateway \`app/egress\` does not exist. A name without a namespace means the VirtualService's own. Use \`infra/egress\`.
  http:
    - match:
        - gateways: [egress]
      route:
        - destination: {host: api.example.com}
${gateway('infra', 'egress')}`);
  });

  it('is fixed in spec.gateways and in every match at once', () => {
    expectFixed(
      route('[mesh, egress]', 'egress') + gateway('infra', 'egress'),
      route('[mesh, infra/egress]', 'infra/egress') + gateway('infra', 'egress'),
    );
    const [finding] = findingsOf(route('[mesh, egress]', 'egress') + gateway('infra', 'egress'));
    expect(finding?.fixes.map(({ title, preferred, safety }) => ({ title, preferred, safety }))).toEqual([
      { title: 'Use infra/egress (2 places)', preferred: true, safety: 'safe' },
      {
        title: 'It lives elsewhere: declare Gateway app/egress in .istio-egress.yaml',
        preferred: false,
        safety: 'review',
      },
    ]);
    expect(finding?.related.map((each) => each.message)).toEqual([
      'The Gateway that is probably meant.',
      'The same name here; the fix changes both.',
    ]);
  });

  it('keeps a short name short where the Gateway is a neighbour', () => {
    expectFixed(route('[egresss]') + gateway('app', 'egress'), route('[egress]') + gateway('app', 'egress'));
  });

  it('speaks of a reset connection where only TLS is routed', () => {
    const [finding] = findingsOf(route('[egress]', 'egress', 'tls') + gateway('infra', 'egress'));
    expect(finding?.message).toMatch(/^Connection reset at the egress gateway: /);
  });

  it('is an error in a namespace that is told to be complete', () => {
    const settings = '# -- .istio-egress.yaml\ncomplete: [app]\n';
    expect(codes(`${route('[mesh, egress]').slice(1)}${settings}`)).toEqual([NOT_FOUND]);
  });

  it('is one finding where it is listed twice', () => {
    expect(codes(route('[egress, app/egress]') + gateway('infra', 'egress'))).toEqual([NOT_FOUND]);
  });

  it('is found in the legacy form', () => {
    const [finding] = findingsOf(route('[egress.app.svc.cluster.local]') + gateway('infra', 'egress'));
    expect(finding?.fixes[0]?.title).toBe('Use infra/egress');
  });

  it('is mesh where only its case is wrong', () => {
    expectFixed(route('[Mesh]', 'Mesh'), route('[mesh]', 'mesh'));
    expect(codes(route('[Mesh]', 'Mesh'))).toEqual([NOT_FOUND]);
  });

  it('is mesh where it has a namespace', () => {
    expectFixed(route('[app/mesh]', 'mesh'), route('[mesh]', 'mesh'));
    expect(codes(route('[app/mesh]') + gateway('app', 'mesh'))).toEqual([]);
  });

  it('is an error where it is off by one letter from a Gateway in its namespace', () => {
    expect(codes(route('[infra/egres]') + gateway('infra', 'egress'))).toEqual([NOT_FOUND]);
  });
});

describe('a name that something has', () => {
  it.each([
    ['infra/egress', 'with its namespace'],
    ['egress.infra', 'in the legacy form'],
    ['egress.infra.svc.cluster.local', 'in the long legacy form'],
  ])('is silent: %s, %s', (name) => {
    expect(codes(route(`[mesh, ${name}]`) + gateway('infra', 'egress'))).toEqual([]);
  });

  it('is silent for mesh and for no list at all', () => {
    expect(codes(route('[mesh]'))).toEqual([]);
  });
});

describe('a name that may live elsewhere', () => {
  it('is silent without any evidence', () => {
    expect(codes(route('[mesh, platform/shared]'))).toEqual([]);
    expect(codes(route('[mesh, shared]'))).toEqual([]);
  });

  it('is silent where the namespace holds Gateways of other names', () => {
    expect(codes(route('[mesh, infra/shared]') + gateway('infra', 'egress'))).toEqual([]);
  });

  it('is silent where several namespaces have the name: that is a convention', () => {
    expect(codes(route('[egress]') + gateway('infra', 'egress') + gateway('other', 'egress'))).toEqual([]);
  });

  it('is a hint where a full name points into a namespace that is not known here', () => {
    expect(codes(route('[platform/egress]') + gateway('infra', 'egress'))).toEqual(['hint gateway-not-found']);
  });

  it('is silent where the settings say so', () => {
    const settings = '# -- .istio-egress.yaml\nexternal: [Gateway app/egress]\n';
    expect(codes(route('[egress]') + gateway('infra', 'egress') + settings)).toEqual([]);
  });

  it('is silent where the namespace of the VirtualService is not written', () => {
    const unplaced = route('[egress]').replace(', namespace: app', '');
    expect(codes(unplaced + gateway('infra', 'egress'))).toEqual([]);
  });

  it('is silent where the namespace of the Gateway is not written', () => {
    expect(codes(route('[egress]') + gateway('infra', 'egress').replace(', namespace: infra', ''))).toEqual([]);
  });

  it('is silent for a placeholder', () => {
    expect(codes(route('["${NAMESPACE}/egress"]') + gateway('infra', 'egress'))).toEqual([]);
  });

  it('is a hint beside a template that may bring it', () => {
    const template = `# -- chart-like/templates/gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: {{ .Values.name }}
  namespace: {{ .Release.Namespace }}
`;
    expect(codes(route('[egress]') + gateway('infra', 'egress') + template)).toEqual(['hint gateway-not-found']);
  });

  it('is silent for names that differ in a number only', () => {
    expect(codes(route('[infra/egress-2]') + gateway('infra', 'egress-1'))).toEqual([]);
  });
});

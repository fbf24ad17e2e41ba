/** Rules that look at one file alone. */
import { describe, expect, it } from 'vitest';
import { SIZE_LIMIT } from '../manifest/read-contents.ts';
import { expectFindings, expectFixed, findingsOf } from '../../../test/support/annotated.ts';

describe('document-not-parsed', () => {
  it('marks the place, and the neighbours are read and checked', () => {
    expectFindings(
      `
# -- all.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: one
#                   ^ error document-not-parsed
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [app/mesh]
#            ^^^^^^^^ error gateway-not-found
  http:
    - route: [{destination: {host: api.example.com}}]
`.replace('{name: one\n#                   ^', '{name: one\n#         ^^^^^^^^^^'),
    );
  });

  it('says so where tabs indent', () => {
    const [finding] = findingsOf(
      '# -- a.yaml\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata:\n\tname: a\n',
    );
    expect(finding?.message).toContain('YAML is indented with spaces, not with tabs.');
  });

  it.each([
    [
      'a template',
      'apiVersion: networking.istio.io/v1\nkind: Gateway\n{{- if .Values.on }}\nmetadata: {name: a}\n{{- end }}\n',
    ],
    [
      'a placeholder that does not parse',
      'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: a}\nspec:\n  hosts:\n  - %HOST%\n',
    ],
    [
      'a placeholder in braces',
      'apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: a}\nspec:\n  hosts:\n  - {HOST}.{DOMAIN_NAME}\n',
    ],
    ['a kind of others', 'apiVersion: v1\nkind: Secret\nmetadata: {name: a\n# istio.io\n'],
    ['text that is no manifest', 'see https://istio.io: [\n'],
  ])('is silent for %s', (_title, text) => {
    expect(findingsOf(`# -- a.yaml\n${text}`)).toEqual([]);
  });
});

describe('key-duplicated', () => {
  it('marks the later key', () => {
    expectFindings(`
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api}
spec:
  hosts: [a.example.com]
  resolution: DNS
  hosts: [b.example.com]
# ^^^^^ warning key-duplicated: The key \`hosts\` is here twice; the last one counts, and what the others say is lost.
`);
  });

  // Of the calls of `app` nothing is said: the rule that sends them to the gateway is what the later key hides.
  it('is all that is told where it hides the mesh leg', () => {
    expectFindings(`
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-system/egress]
  http:
    - match:
        - gateways: [mesh]
          port: 80
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
  http:
# ^^^^ warning key-duplicated
    - match:
        - gateways: [istio-system/egress]
          port: 80
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`);
  });

  it('outside of the spec hides nothing of a call', () => {
    expectFindings(`
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: app
  labels: {team: a}
  labels: {team: b}
# ^^^^^^ warning key-duplicated
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: api.example.com, subset: v1, port: {number: 80}}
#                                                      ^^ error subset-not-found
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
# -- .istio-egress.yaml
complete: ["*"]
`);
  });
});

describe('value-wrong-type', () => {
  it('marks what YAML 1.1 reads as something else', () => {
    expectFindings(`
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api}
spec:
  hosts: [y]
#         ^ error value-wrong-type: Rejected by the API server: \`y\` is a boolean, but \`spec.hosts[0]\` takes text. Quote it.
  ports:
    - number: "443"
#             ^^^^^ error value-wrong-type: Rejected by the API server: \`"443"\` is text, but \`spec.ports[0].number\` takes a number.
      name: tls
      protocol: TLS
    - 8443
#     ^^^^ error value-wrong-type: Rejected by the API server: \`8443\` is a number, but \`spec.ports[1]\` takes an object.
`);
  });

  it('names what is empty', () => {
    expectFindings(`
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api}
spec:
  hosts:
    - api.example.com
    - # later
#   ^ error value-wrong-type: Rejected by the API server: \`spec.hosts[1]\` is empty, but takes text.
`);
  });

  it('is a hint for an empty field that need not be there: the API server drops it', () => {
    expectFindings(`
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: ~
#           ^ hint value-wrong-type: \`spec.gateways\` is empty: the API server drops it. Fill it in, or remove it.
  http:
    - match:
#     ^^^^^ hint value-wrong-type: \`spec.http[0].match\` is empty: the API server drops it. Fill it in, or remove it.
      redirect:
#     ^^^^^^^^ hint value-wrong-type: \`spec.http[0].redirect\` is empty: the API server drops it. Fill it in, or remove it.
      route:
        - destination:
#         ^^^^^^^^^^^ error value-wrong-type: Rejected by the API server: \`spec.http[0].route[0].destination\` is empty, but takes an object.
`);
  });

  it('is fixed with quotes, or without them', () => {
    const text = (host: string, port: string) => `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api}
spec:
  hosts: [${host}]
  ports: [{number: ${port}, name: tls}]
`;
    expectFixed(text('on', '"443"'), text('"on"', '443'));
  });

  it('is silent for core kinds and placeholders', () => {
    expect(
      findingsOf(`# -- all.yaml
apiVersion: v1
kind: Service
metadata: {name: a, namespace: b}
spec: {ports: [{port: "80"}]}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api}
spec:
  hosts: [api.example.com]
  ports: [{number: "\${PORT}", name: tls, protocol: TLS}]
`),
    ).toEqual([]);
  });
});

describe('file-too-large', () => {
  it('says that the file was not read', () => {
    const large = `# -- large.yaml\n# istio.io\n${'#'.repeat(SIZE_LIMIT)}\n`;
    expect(findingsOf(large).map(({ code, severity }) => ({ code, severity }))).toEqual([
      { code: 'file-too-large', severity: 'information' },
    ]);
  });
});

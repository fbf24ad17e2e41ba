/** Findings that a manifest silences itself, and what is said about comments that do not. */
import { describe, expect, it } from 'vitest';
import { allRules } from '../server/src/rules/all.generated.ts';
import { expectFindings, expectFixed, findingsOf as findingsWith } from './support/annotated.ts';

/** Rules enough to tell what is silenced from what is not. */
const OPTIONS = {
  rules: allRules.filter(({ code }) =>
    [
      'destination-host-not-found',
      'document-not-parsed',
      'gateway-not-found',
      'host-not-served',
      'match-gateway-not-listed',
      'service-entry-hidden-from-gateway',
      'suppression-unknown-code',
      'suppression-unused',
    ].includes(code),
  ),
};

const findingsOf = (fixture: string) => findingsWith(fixture, OPTIONS);

/** A VirtualService with a Gateway's name and a host that are not there, although near misses are. */
const ROUTE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: app
spec:
  hosts: [api.example.com]
  gateways:
    - egress
  http:
    - route:
        - destination:
            host: api.exampel.com
`;

const OTHERS = `# -- others.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
`;

const GATEWAY = 'gateway-not-found';
const HOST = 'destination-host-not-found';

/** The codes that are left when this is done to the route. */
function codesLeft(edit: (route: string) => string, settings = ''): readonly string[] {
  const more = settings === '' ? '' : `# -- .istio-egress.yaml\n${settings}\n`;
  return findingsOf(`# -- route.yaml\n${edit(ROUTE)}${OTHERS}${more}`).map(({ code }) => code);
}

const above = (line: string, codes: string) => (route: string) =>
  route.replace(line, `# istio-egress: ignore ${codes}\n${line}`);

it('finds two without any of it', () => {
  expect(codesLeft((route) => route)).toEqual([GATEWAY, HOST]);
});

describe('a comment', () => {
  it.each([
    ['on the line', (route: string) => route.replace('- egress', `- egress # istio-egress: ignore ${GATEWAY}`)],
    ['above the line', above('    - egress', `${GATEWAY} -- comes later`)],
    ['at the head of the document', above('apiVersion', GATEWAY)],
    ['above the kind', above('kind', GATEWAY)],
    [
      'beside the metadata',
      (route: string) => route.replace('metadata:', `metadata: # istio-egress: ignore ${GATEWAY}`),
    ],
  ])('%s silences its code and no other', (_title, edit) => {
    expect(codesLeft(edit)).toEqual([HOST]);
  });

  it('on a resource silences several', () => {
    expect(codesLeft(above('kind', `${GATEWAY}, ${HOST}`))).toEqual([]);
  });

  it('silences nothing in the next document', () => {
    const both = (route: string) =>
      `# istio-egress: ignore ${GATEWAY}\n${route}---\n${route.replace('name: api', 'name: b')}`;
    expect(codesLeft(both)).toEqual([HOST, GATEWAY, HOST]);
  });

  it('in a string silences nothing', () => {
    const inString = (route: string) =>
      route.replace('  namespace: app', `  namespace: app\n  labels: {a: "# istio-egress: ignore ${GATEWAY}"}`);
    expect(codesLeft(inString)).toEqual([GATEWAY, HOST]);
  });

  it('silences what is reported on its file for a resource in another', () => {
    const fixture = (comment: string) => `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  exportTo: ["."]${comment}
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [istio-system/egress]
  http:
    - route: [{destination: {host: api.example.com}}]
${OTHERS.split('---')[0]}`;
    expect(findingsOf(fixture('')).map(({ code }) => code)).toEqual(['service-entry-hidden-from-gateway']);
    expect(findingsOf(fixture(' # istio-egress: ignore service-entry-hidden-from-gateway'))).toEqual([]);
  });
});

describe('a comment that silences nothing', () => {
  it('is told on its code', () => {
    expectFindings(
      `
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
# istio-egress: ignore host-not-served, gateway-not-found -- why
#                      ^^^^^^^^^^^^^^^ hint suppression-unused
#                                       ^^^^^^^^^^^^^^^^^ hint suppression-unused: Nothing to ignore: there is no gateway-not-found here. Remove it, or the next one will not be seen.
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
`,
      OPTIONS,
    );
  });

  it('loses the one code that silences nothing, and keeps its reason', () => {
    const route = (codes: string) =>
      `# -- route.yaml\n${above('    - egress', codes)(ROUTE)}${OTHERS}`.replace('exampel', 'example');
    expectFixed(route('gateway-not-found, host-not-served -- why'), route('gateway-not-found -- why'), {
      ...OPTIONS,
      fixOf: 'suppression-unused',
    });
  });

  it.each([
    ['rules: {gateway-not-found: off}', 'is left alone where the rule is off'],
    [
      'overrides: [{paths: [route.yaml], rules: {gateway-not-found: off}}]',
      'is left alone where the rule is off for the file',
    ],
    ['rules: {suppression-unused: off}', 'is left alone where nobody wants to hear of it'],
  ])('%s: %s', (settings) => {
    expect(codesLeft(above('  hosts', GATEWAY), settings)).not.toContain('suppression-unused');
  });

  it('is left alone while its document does not parse', () => {
    const broken = (route: string) => `${above('  hosts', GATEWAY)(route)}  broken: [a\n`;
    expect(codesLeft(broken)).toEqual(['document-not-parsed']);
  });
});

describe('a comment with a code that no rule has', () => {
  it.each([
    ['gateway-not-fond', 'Ignores nothing: there is no rule `gateway-not-fond`. Did you mean `gateway-not-found`?'],
    ['IST0101', 'Ignores nothing: there is no rule `IST0101`. See the list of rules.'],
    ['*', 'Ignores nothing: `*` is no code. Name what is ignored.'],
    ['', 'Ignores nothing: name what is ignored, as in `ignore gateway-not-found -- reason`.'],
  ])('%j is told', (code, message) => {
    const fixture = `# -- route.yaml\n${above('    - egress', code)(ROUTE)}${OTHERS}`;
    const about = findingsOf(fixture).filter((each) => each.code === 'suppression-unknown-code');
    expect(about.map((each) => `${each.severity}: ${each.message}`)).toEqual([`warning: ${message}`]);
  });

  it('gets the code that was meant', () => {
    const fixture = (code: string) => `# -- route.yaml\n${above('    - egress', code)(ROUTE)}${OTHERS}`;
    expectFixed(fixture('gateway-not-fond'), fixture('gateway-not-found'), {
      ...OPTIONS,
      fixOf: 'suppression-unknown-code',
    });
  });
});

describe('the annotation of istioctl', () => {
  const annotated = (codes: string) => (route: string) =>
    route.replace(
      '  namespace: app',
      `  namespace: app\n  annotations: {galley.istio.io/analyze-suppress: "${codes}"}`,
    );

  it.each([
    ['IST0101', [], 'silences rules that are wholly that code'],
    ['IST0001, IST0101', [], 'may list several'],
    ['*', [], 'silences all rules that have a code of istioctl'],
    ['IST0132', [GATEWAY, HOST], 'silences nothing else'],
  ])('%s: %j are left: it %s', (codes, left) => {
    expect(codesLeft(annotated(codes))).toEqual(left);
  });

  it('silences no rule that istioctl has no code for', () => {
    const fixture = `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app, annotations: {galley.istio.io/analyze-suppress: "*"}}
spec:
  hosts: [api.example.com]
  gateways: [mesh]
  http:
    - match: [{gateways: [istio-system/egress]}]
      route: [{destination: {host: api.example.com}}]
${OTHERS}`;
    expect(findingsOf(fixture).map(({ code }) => code)).toEqual(['match-gateway-not-listed']);
  });
});

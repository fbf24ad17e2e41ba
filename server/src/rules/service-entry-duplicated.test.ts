import { describe, expect, it } from 'vitest';
import { expectFindings, findingsOf } from '../../../test/support/annotated.ts';
import { rule } from './service-entry-duplicated.ts';

interface Options {
  readonly namespace?: string;
  readonly host?: string;
  readonly port?: string;
  readonly exportTo?: string;
}

const TLS = '{number: 8443, name: tls, protocol: TLS}';

function entry(name: string, { namespace = 'app', host = 'api.example.com', port = TLS, exportTo }: Options): string {
  const where = namespace === '' ? '' : `, namespace: ${namespace}`;
  return `# -- ${name}.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}${where}}
spec:
  hosts: [${host}]
${exportTo === undefined ? '' : `  exportTo: ${exportTo}\n`}  ports:
    - ${port}
  resolution: DNS
`;
}

const found = (a: Options, b: Options) =>
  findingsOf(entry('a', a) + entry('b', b), { rules: [rule] }).map((each) => each.severity);

describe('two ServiceEntries for a host and port', () => {
  it('are a warning where their protocols differ', () => {
    expectFindings(
      `
# -- a.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 8443, name: tls, protocol: TLS}
#                                         ^^^ warning service-entry-duplicated: Port 8443 of \`api.example.com\` is TLS here and http in ServiceEntry team-b/api: the oldest counts. Which is not in YAML. Give both the same protocol, or keep one.
  resolution: DNS
# -- b.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: team-b}
spec:
  hosts: [www.example.com, api.example.com]
  ports:
    - {number: 8443, name: web, protocol: http}
#                                         ^^^^ warning service-entry-duplicated: Port 8443 of \`api.example.com\` is http here and TLS in ServiceEntry team-a/api: the oldest counts. Which is not in YAML. Give both the same protocol, or keep one.
  resolution: DNS
`,
      { rules: [rule] },
    );
  });

  it('are a hint where they say the same', () => {
    expect(found({}, { namespace: 'other' })).toEqual(['hint', 'hint']);
    expect(found({}, {})).toEqual(['hint', 'hint']);
  });

  it('do not differ between HTTPS and TLS', () => {
    expect(found({}, { port: '{number: 8443, name: https, protocol: HTTPS}' })).toEqual(['hint', 'hint']);
  });
});

describe('is silent', () => {
  it.each<[string, Options, Options]>([
    ['for another port', {}, { port: '{number: 443, name: tls, protocol: TLS}' }],
    ['for another host', {}, { host: 'www.example.com' }],
    ['for a wildcard beside an exact host', {}, { host: '"*.example.com"' }],
    ['where each namespace has its own', { exportTo: '["."]' }, { exportTo: '["."]', namespace: 'other' }],
    ['for an own copy beside a shared one', { exportTo: '["."]' }, { namespace: 'shared' }],
    ['for a host that is a placeholder', { host: '${HOST}' }, { host: '${HOST}' }],
    ['for a port that is a placeholder', {}, { port: '{number: "${PORT}", name: tls, protocol: HTTP}' }],
    [
      'where a namespace in exportTo is not known',
      { exportTo: '["."]', namespace: '' },
      { exportTo: '["."]', namespace: '' },
    ],
  ])('%s', (_, a, b) => {
    expect(found(a, b)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../test/support/annotated.ts';

function files(spec: string, namespace = 'app'): string {
  return `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  ports: [{number: 80, name: http, protocol: HTTP, targetPort: 443}]
  resolution: DNS
# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: api, namespace: ${namespace}}
spec:
  host: api.example.com
${spec}`;
}

const found = (...args: Parameters<typeof files>) =>
  findingsOf(files(...args)).map((each) => `${each.severity} ${each.code} ${each.path.split('/').at(-1)}`);

const TLS = '  trafficPolicy: {tls: {mode: MUTUAL, credentialName: client-credential}}\n';
const EXPECTED = ['error credential-ignored-by-sidecar rule.yaml'];

describe('a credential that sidecars ignore', () => {
  it('is an error on its name, where calls leave in plain because of it', () => {
    expect(found(TLS)).toEqual(EXPECTED);
    const [finding] = findingsOf(files(TLS));
    expect(files(TLS)).toContain('credentialName: client-credential');
    expect(finding?.message).toContain(
      'sidecars ignore TLS with `credentialName` `client-credential` unless the rule has a workloadSelector. Add one, or go through the gateway.',
    );
  });

  it('is found under the port', () => {
    const spec =
      '  trafficPolicy:\n    portLevelSettings:\n      - {port: {number: 80}, tls: {mode: SIMPLE, credentialName: ca}}\n';
    expect(found(spec)).toEqual(EXPECTED);
  });

  it('is silent without a credential', () => {
    expect(found('  trafficPolicy: {tls: {mode: SIMPLE}}\n')).toEqual([]);
  });

  it('leaves it to others where the rule does not apply to the call', () => {
    expect(found(TLS, 'other').filter((each) => each.includes('credential-ignored'))).toEqual([]);
  });
});

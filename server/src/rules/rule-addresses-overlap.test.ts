import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../test/support/annotated.ts';

const ENTRY = `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: app}
spec:
  hosts: [db.example.com]
  addresses: [198.51.100.7, 198.51.100.8]
  ports:
    - {number: 5432, name: tcp, protocol: TCP}
  resolution: STATIC
  endpoints: [{address: 198.51.100.7}]
`;

function route(name: string, match: string, gateways = '[mesh]'): string {
  return `# -- ${name}.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: app}
spec:
  hosts: [db.example.com]
  gateways: ${gateways}
  tcp:
    - match: [${match}]
      route: [{destination: {host: db.example.com, port: {number: 5432}}}]
`;
}

function found(...routes: readonly string[]): readonly string[] {
  return findingsOf(ENTRY + routes.join(''))
    .filter(({ code }) => code === 'rule-addresses-overlap')
    .map(({ severity, message }) => `${severity}: ${message}`);
}

const SEVEN = '{port: 5432, destinationSubnets: [198.51.100.7/32]}';

describe('rule-addresses-overlap', () => {
  it('finds two VirtualServices with the same addresses', () => {
    expect(found(route('a', SEVEN), route('b', SEVEN))).toEqual([
      'error: Connection reset in sidecars of `app`: VirtualService `app/a` takes `198.51.100.7/32` too, and Envoy cannot tell their connections apart. Keep one of them.',
    ]);
  });

  it('is silent where the addresses differ', () => {
    expect(found(route('a', SEVEN), route('b', '{port: 5432, destinationSubnets: [198.51.100.8/32]}'))).toEqual([]);
  });

  it('is silent where the second is for a gateway, or for another port', () => {
    expect(found(route('a', SEVEN), route('b', '{port: 443}', '[istio-system/egress]'))).toEqual([]);
    expect(found(route('a', SEVEN), route('b', '{port: 15432, destinationSubnets: [198.51.100.7/32]}'))).toEqual([]);
  });

  it('is silent where an address is a placeholder', () => {
    expect(found(route('a', SEVEN), route('b', '{port: 5432, destinationSubnets: ["${DB}/32"]}'))).toEqual([]);
  });
});

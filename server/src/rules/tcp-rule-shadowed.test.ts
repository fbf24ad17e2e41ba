import { describe, expect, it } from 'vitest';
import { changed, codesOf, PASSTHROUGH } from '../../../test/support/egress.ts';

describe('tcp-rule-shadowed', () => {
  const tcp = (name: string, port: number) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: istio-system}
spec:
  hosts: [${name}.example.com]
  gateways: [egress]
  tcp:
    - match: [{port: ${port}}]
      route: [{destination: {host: ${name}.example.com, port: {number: 443}}}]
`;
  const gateway = (hosts: string) =>
    changed(changed(PASSTHROUGH.gateway, '[api.example.com]', hosts), 'PASSTHROUGH', 'ISTIO_MUTUAL');
  const shadowed = (hosts: string, route: string) =>
    codesOf({ ...PASSTHROUGH, gateway: gateway(hosts), route }).filter((each) => each.includes('shadowed'));

  it('finds the second of two hosts on one server', () => {
    expect(shadowed('[a.example.com, b.example.com]', `${tcp('a', 443)}---\n${tcp('b', 443)}`)).toEqual([
      'error tcp-rule-shadowed',
    ]);
  });

  it('is silent where the server is for one of them, or the port is another', () => {
    expect(shadowed('[a.example.com]', `${tcp('a', 443)}---\n${tcp('b', 443)}`)).toEqual([]);
    expect(shadowed('["*"]', `${tcp('a', 443)}---\n${tcp('b', 8443)}`)).toEqual([]);
  });
});

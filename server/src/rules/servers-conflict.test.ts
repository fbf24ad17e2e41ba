import { describe, expect, it } from 'vitest';
import { codesOf, HTTP, messagesOf, PASSTHROUGH } from '../../../test/support/egress.ts';

describe('servers-conflict', () => {
  const other = (server: string, name = 'a-first') => `# -- other.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: team-b}
spec:
  selector: {istio: egressgateway}
  servers:
    - ${server}
`;

  it('finds a plain server beside another kind on its port, over namespaces', () => {
    const more = other('{port: {number: 80, name: tcp, protocol: TCP}, hosts: ["*"]}');
    expect(messagesOf({ ...HTTP, more })).toEqual([
      'warning servers-conflict: Connection refused at the egress gateway: server 80 (HTTP) is left out, because Gateway `team-b/a-first` has that port, as TCP. The older one stays. Give one another port.',
    ]);
  });

  it('finds a TLS server whose host another has', () => {
    const more = other(
      '{port: {number: 443, name: tls, protocol: TLS}, hosts: [api.example.com], tls: {mode: PASSTHROUGH}}',
    );
    expect(codesOf({ ...PASSTHROUGH, more })).toEqual(['warning servers-conflict']);
  });

  it('finds a TLS server for every host that comes before a plain one on its port', () => {
    const more = other('{port: {number: 80, name: https, protocol: HTTPS}, hosts: ["*"], tls: {mode: ISTIO_MUTUAL}}');
    expect(messagesOf({ ...HTTP, more })).toEqual([
      'error servers-conflict: Connection reset at the egress gateway: server 80 (HTTP) and server 80 (HTTPS, ISTIO_MUTUAL) of `team-b/a-first` both take the connection. Give one another port.',
    ]);
  });

  it('is silent for HTTP servers on one port, and for TLS servers with other hosts', () => {
    const http = other('{port: {number: 80, name: http, protocol: HTTP}, hosts: [b.example.com]}');
    expect(codesOf({ ...HTTP, more: http })).toEqual([]);
    const tls = other(
      '{port: {number: 443, name: tls, protocol: TLS}, hosts: [b.example.com], tls: {mode: PASSTHROUGH}}',
    );
    expect(codesOf({ ...PASSTHROUGH, more: tls })).toEqual([]);
  });

  it('is silent where the other Gateway selects other pods', () => {
    const more = other('{port: {number: 80, name: tcp, protocol: TCP}, hosts: ["*"]}').replace(
      'egressgateway',
      'team-b',
    );
    expect(codesOf({ ...HTTP, more })).toEqual([]);
  });
});

/** A server of the gateway that sends plain calls away to HTTPS. */
import type { CallRule } from './rule.ts';
import { arrivalOf, serverText } from './shared/gateway-arrival.ts';
import { senderRelated } from './shared/gateway-place.ts';

export const rule: CallRule = {
  code: 'gateway-redirects-to-https',
  title: 'Gateway redirects to HTTPS',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'call',
  ends: ['https-redirect'],
  explain(failure) {
    const arrival = arrivalOf(failure);
    const found = arrival?.here().find(({ server, lostTo }) => server.httpsRedirect && !lostTo);
    if (!arrival || !found) return undefined;
    const { server, gateway } = found.server;
    const redirect = server.tls?.httpsRedirect;
    if (!server.tls || !redirect) return undefined;
    const { path, context } = gateway;
    const alone = server.tls.mode === undefined;
    return {
      path,
      range: redirect.range,
      cause: `server ${serverText(found.server)} has \`httpsRedirect\`, so what sidecars send is answered and not sent on`,
      remedy: 'Remove it.',
      related: senderRelated(arrival),
      fixes: context
        ? []
        : [
            {
              title: 'Remove httpsRedirect',
              preferred: true,
              safety: 'review',
              edits: [
                {
                  path,
                  edit: alone
                    ? { kind: 'remove-key', range: server.range, key: 'tls' }
                    : { kind: 'remove-key', range: server.tls.range, key: 'httpsRedirect' },
                },
              ],
            },
          ],
    };
  },
  page: {
    what: 'A mesh leg sends plain HTTP to a server of the gateway that redirects every such call to HTTPS.',
    why: '`tls.httpsRedirect` is meant for servers that browsers come to from outside. At an egress gateway the application gets the redirect in place of the answer of the external host.',
    symptom: 'The gateway answers 301 with a `location` that begins with https.',
    remedy: 'Remove `httpsRedirect` from the server.',
    bad: example('\n      tls:\n        httpsRedirect: true'),
    good: example(''),
    sources: ['https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings'],
  },
};

function example(tls: string): string {
  return `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: istio-egressgateway
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]${tls}
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-egressgateway]
  http:
    - match:
        - {gateways: [mesh], port: 80}
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - {gateways: [istio-egressgateway], port: 80}
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`;
}

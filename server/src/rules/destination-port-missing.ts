/** A destination without a port, where the port that the call came for is none that it has. */
import { isTls } from '../mesh/protocol.ts';
import { servicesOfHost } from '../trace/registry.ts';
import type { Fix } from './finding.ts';
import type { CallRule } from './rule.ts';
import { clusterOf, destinationOf, hostText } from './shared/failing-proxy.ts';
import { names } from './shared/message.ts';

export const rule: CallRule = {
  code: 'destination-port-missing',
  title: 'Destination without a port',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0112'],
  subject: 'call',
  ends: ['no-cluster'],
  explain(failure) {
    const cluster = clusterOf(failure);
    const written = destinationOf(failure);
    if (!cluster || !written || written.destination.port) return undefined;
    const [service] = servicesOfHost(failure.plane, cluster.host);
    const ports = service?.ports.map(({ number }) => number) ?? [];
    if (ports.length === 0 || ports.includes(cluster.port)) return undefined;
    const [only] = ports;
    // Plain HTTP to a port that is declared as encrypted is another mistake.
    const isForOtherBytes = written.rule.block === 'http' && service?.ports.some(({ protocol }) => isTls(protocol));
    const host = hostText(cluster.host, failure.mesh.settings.clusterDomain);
    const fix: readonly Fix[] =
      only !== undefined && ports.length === 1 && !written.source.context && !isForOtherBytes
        ? [
            {
              title: `Send to port ${only}`,
              preferred: true,
              safety: 'safe',
              edits: [
                {
                  path: written.source.path,
                  edit: { kind: 'set-key', range: written.destination.range, key: 'port', value: { number: only } },
                },
              ],
            },
          ]
        : [];
    return {
      path: written.source.path,
      range: (written.destination.host ?? written.destination).range,
      cause: `the destination ${host} names no port, so port ${cluster.port} is asked for, which it does not have (${names(ports.map(String))})`,
      remedy: 'Write its port.',
      related: service?.source
        ? [
            {
              path: service.source.path,
              range: service.source.resource.name.range,
              message: `Has ports ${ports.join(', ')}.`,
            },
          ]
        : [],
      fixes: fix,
    };
  },
  page: {
    what: 'A destination names no port, and the port that the call came for is none of its ports.',
    why: 'Where a destination has one port only, that one is taken. Where it has several, Istio takes the port that the client called, or that the gateway listens on, whether the destination has it or not.',
    symptom: 'HTTP calls get 503 with the response flag NC, TLS and TCP connections are reset.',
    remedy: 'Write `port.number` in every destination.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: proxy
  namespace: team-a
spec:
  hosts: [proxy.example.com]
  ports:
    - {number: 3128, name: http, protocol: HTTP}
    - {number: 3129, name: http-2, protocol: HTTP}
  resolution: DNS
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: proxy.example.com}
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: proxy
  namespace: team-a
spec:
  hosts: [proxy.example.com]
  ports:
    - {number: 3128, name: http, protocol: HTTP}
    - {number: 3129, name: http-2, protocol: HTTP}
  resolution: DNS
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: proxy.example.com, port: {number: 3128}}
`,
    sources: ['https://istio.io/latest/docs/reference/config/analysis/ist0112/'],
  },
};

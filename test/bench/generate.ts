/** A workspace of any size: routes through an egress gateway, four resources in a file, as large repositories have them. */

export interface GeneratedFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Routes in one namespace, and so in one folder. */
const ROUTES_PER_NAMESPACE = 25;

/** One route in so many is broken, each in one of two ways; the others are right and give no finding. */
export const ROUTES_PER_FAULT = 100;

/** Resources in one file. */
export const RESOURCES_PER_ROUTE = 4;

/**
 * Makes files with about so many resources: ServiceEntry, Gateway, DestinationRule and VirtualService of one route in each file.
 * The same count always gives the same files.
 *
 * @param resources rounded up to whole routes
 */
export function generate(resources: number): readonly GeneratedFile[] {
  const routes = Math.ceil(resources / RESOURCES_PER_ROUTE);
  return Array.from({ length: routes }, (_, number) => route(number));
}

function route(number: number): GeneratedFile {
  const namespace = `team-${Math.floor(number / ROUTES_PER_NAMESPACE)}`;
  const name = `partner-${number}`;
  const host = `api.${name}.example.com`;
  const fault =
    number % ROUTES_PER_FAULT === ROUTES_PER_FAULT - 1 ? Math.floor(number / ROUTES_PER_FAULT) % 2 : undefined;
  const gateway = fault === 0 ? `${name}-egress` : `istio-system/${name}-egress`;
  const exportTo = fault === 1 ? '\n  exportTo:\n    - "."' : '';
  return { path: `${namespace}/${name}.yaml`, text: manifest({ namespace, name, host, gateway, exportTo }) };
}

interface Names {
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
  readonly gateway: string;
  readonly exportTo: string;
}

const manifest = ({ namespace, name, host, gateway, exportTo }: Names) => `# Calls to ${host}
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  hosts:
    - ${host}${exportTo}
  location: MESH_EXTERNAL
  ports:
    - number: 80
      name: http
      protocol: HTTP
    - number: 443
      name: https
      protocol: HTTPS
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: ${name}-egress
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port:
        number: 80
        name: http
        protocol: HTTP
      hosts:
        - ${host}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: ${name}-tls
  namespace: ${namespace}
spec:
  host: ${host}
  trafficPolicy:
    portLevelSettings:
      - port:
          number: 443
        tls:
          mode: SIMPLE
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  hosts:
    - ${host}
  gateways:
    - mesh
    - ${gateway}
  http:
    - match:
        - gateways: [mesh]
          port: 80
      route:
        - destination:
            host: istio-egressgateway.istio-system.svc.cluster.local
            port:
              number: 80
    - match:
        - gateways: [${gateway}]
          port: 80
      route:
        - destination:
            host: ${host}
            port:
              number: 443
`;

/** A destination host that Istio knows no Service and no ServiceEntry for. */
import type { VirtualService } from '../manifest/types.ts';
import { lookupDestination, type MeantHost } from '../mesh/destination-lookup.ts';
import { serviceOfHost } from '../mesh/hosts.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { Fix, Related } from './finding.ts';
import type { MeshRule, Report } from './rule.ts';
import { message, places } from './shared/message.ts';
import { hostsOf, type RoutedDestination, routedDestinations } from './shared/route-destinations.ts';
import { gatewayWord, proxiesOf, withoutCluster } from './shared/route-words.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'destination-host-not-found',
  title: 'Destination host not found',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0101', 'KIA1101'],
  subject: 'VirtualService',
  accountsFor: ['no-cluster'],
  *check(subject, mesh) {
    const seen = new Set<string>();
    const destinations = routedDestinations(subject, mesh);
    for (const routed of destinations) {
      if (seen.has(routed.written)) continue;
      seen.add(routed.written);
      const lookup = lookupDestination(mesh, routed.written, subject.namespace, hostsOf(subject));
      if (lookup.status !== 'absent') continue;
      const again = destinations.filter((each) => each !== routed && each.written === routed.written);
      yield reportOn(subject, mesh, routed, again, lookup.host, lookup.meant);
    }
  },
  page: {
    what: 'A route sends to a host that no Service and no ServiceEntry has.',
    why: 'Istio makes a cluster for every Service, named `name.namespace.svc.cluster.local`, and for every host of a ServiceEntry. A destination is looked up by that exact name. A name without dots is completed with the namespace of the VirtualService; `name.namespace` is completed with nothing. A ServiceEntry for `*.example.com` makes no cluster for `api.example.com`.',
    symptom:
      'The proxy has a route to a cluster that does not exist: 503 with the response flag NC (HTTP), or the connection is closed (TLS, TCP).',
    remedy:
      "Write the Service's full name, or a host as the ServiceEntry has it. If it is kept in another repository, name it under `external` in `.istio-egress.yaml`.",
    bad: `# -- gateway-service.yaml
apiVersion: v1
kind: Service
metadata:
  name: egress
  namespace: istio-egress
spec:
  selector: {istio: egressgateway}
  ports:
    - {name: http, port: 80, targetPort: 8080}
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
        - destination: {host: egress.istio-egress, port: {number: 80}}
`,
    good: `# -- gateway-service.yaml
apiVersion: v1
kind: Service
metadata:
  name: egress
  namespace: istio-egress
spec:
  selector: {istio: egressgateway}
  ports:
    - {name: http, port: 80, targetPort: 8080}
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
        - destination: {host: egress.istio-egress.svc.cluster.local, port: {number: 80}}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination',
      'istio/istio: pilot/pkg/model/config.go (ResolveShortnameToFQDN)',
    ],
  },
};

function reportOn(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  routed: RoutedDestination,
  again: readonly RoutedDestination[],
  host: string,
  meant: MeantHost | undefined,
): Report {
  const where = proxiesOf(routed.acting, gatewayWord(subject, mesh));
  const symptom = `${withoutCluster(routed.rule)} ${where}`;
  const { cause, explanation, remedy } = words(routed.written, host, meant, mesh);
  return {
    range: routed.host.range,
    message: message(`${symptom}: ${cause}`, explanation, remedy),
    related: [
      ...shown(meant),
      ...again.map((each) => ({ path: subject.path, range: each.host.range, message: 'The same host here.' })),
    ],
    elsewhere: nameElsewhere(mesh, host),
    fixes: meant && meant.why !== 'wildcard' ? [fix(subject.path, meant, [routed, ...again])] : [],
  };
}

function nameElsewhere(mesh: MeshReader, host: string): string {
  const service = serviceOfHost(host, mesh.settings.clusterDomain);
  return service ? `Service ${service.namespace}/${service.name}` : `ServiceEntry ${host}`;
}

function words(written: string, host: string, meant: MeantHost | undefined, mesh: MeshReader) {
  const nobody = written === host ? `\`${host}\`` : `\`${written}\` (\`${host}\`)`;
  const cause = `no Service or ServiceEntry has the host ${nobody}.`;
  const isService = serviceOfHost(host, mesh.settings.clusterDomain) !== undefined;
  if (!meant)
    return {
      cause,
      explanation: '',
      remedy: isService ? 'Add the Service, or correct the name.' : 'Add a ServiceEntry, or correct the name.',
    };
  if (meant.why === 'wildcard') {
    return {
      cause: `no Service or ServiceEntry has the host ${nobody}; one for \`${meant.host}\` makes no cluster for it.`,
      explanation: '',
      remedy: 'Add the host to it.',
    };
  }
  const explanation = {
    form: 'Istio completes only names without dots.',
    namespace: "A name without dots means the VirtualService's own namespace.",
    typo: '',
    elsewhere: '',
  }[meant.why];
  const remedy = meant.why === 'elsewhere' ? `Use \`${meant.host}\`, or add the Service.` : `Use \`${meant.host}\`.`;
  return { cause, explanation, remedy };
}

/** What shows which host is meant. */
function shown(meant: MeantHost | undefined): readonly Related[] {
  if (!meant?.shownBy) return [];
  const { path, resource } = meant.shownBy;
  if (meant.why === 'wildcard' && resource.kind === 'ServiceEntry') {
    const wildcard = resource.hosts?.items.find(({ value }) => value?.toLowerCase() === meant.host);
    return [{ path, range: (wildcard ?? resource.name).range, message: 'This wildcard is over it.' }];
  }
  return [
    {
      path,
      range: resource.name.range,
      message:
        meant.why === 'elsewhere' ? 'The only Service of this name.' : `This ${resource.kind} is probably meant.`,
    },
  ];
}

function fix(path: string, { host, why }: MeantHost, uses: readonly RoutedDestination[]): Fix {
  return {
    title: `Use ${host}${places(uses.length)}`,
    preferred: why !== 'elsewhere',
    safety: why === 'elsewhere' ? 'review' : 'safe',
    edits: uses.map((each) => ({
      path,
      edit: { kind: 'replace-scalar', range: each.host.range, value: host },
    })),
  };
}

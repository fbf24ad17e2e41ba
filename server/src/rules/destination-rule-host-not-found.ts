/** DestinationRules for a host that Istio knows no Service and no ServiceEntry for. */
import { lookupDestination, type MeantHost } from '../mesh/destination-lookup.ts';
import type { DestinationRule } from '../manifest/types.ts';
import { isWildcard, serviceOfHost } from '../mesh/hosts.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { rulesOf } from '../mesh/virtual-service-rules.ts';
import type { Severity } from './finding.ts';
import type { MeshRule } from './rule.ts';
import { message } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'DestinationRule'> = {
  code: 'destination-rule-host-not-found',
  title: 'DestinationRule for an unknown host',
  kind: 'fault',
  severity: 'warning',
  covers: ['IST0174', 'KIA0202'],
  subject: 'DestinationRule',
  accountsFor: ['no-cluster'],
  *check(subject, mesh) {
    const { host } = subject.resource;
    if (host?.value === undefined || isWildcard(host.value)) return;
    const lookup = lookupDestination(mesh, host.value, subject.namespace, []);
    if (lookup.status !== 'absent') return;
    const { meant } = lookup;
    const subset = meant && subsetInUse(subject, meant, mesh);
    const effect = subset === undefined ? 'The DestinationRule has no effect' : 'Calls to its subset fail';
    const loss = subset === undefined ? '' : `It defines \`${subset}\` for nothing.`;
    const nobody = host.value === lookup.host ? `\`${host.value}\`` : `\`${host.value}\` (\`${lookup.host}\`)`;
    yield {
      range: host.range,
      severity: sure(mesh, subset === undefined ? quietly(lookup.host, subject, mesh) : 'error'),
      message: message(
        `${effect}: no Service or ServiceEntry has the host ${nobody}.`,
        loss,
        remedyFor(lookup.host, meant, mesh),
      ),
      related: meant?.shownBy
        ? [
            {
              path: meant.shownBy.path,
              range: meant.shownBy.resource.name.range,
              message: `This ${meant.shownBy.resource.kind} is probably meant.`,
            },
          ]
        : [],
      fixes:
        meant && meant.why !== 'wildcard'
          ? [
              {
                title: `Use ${meant.host}`,
                preferred: meant.why !== 'elsewhere',
                safety: 'review',
                edits: [{ path: subject.path, edit: { kind: 'replace-scalar', range: host.range, value: meant.host } }],
              },
            ]
          : [],
    };
  },
  page: {
    what: 'A DestinationRule is for a host that no Service and no ServiceEntry has.',
    why: 'A DestinationRule changes how proxies talk to a host that Istio knows. A name without dots is completed with the namespace of the DestinationRule, so next to the application `istio-egressgateway` is not the gateway; `name.namespace` is completed with nothing.',
    symptom:
      'Its subsets do not exist (503 NC; where a route sends to one, it is an error here and none at the route), and its TLS settings are not used.',
    remedy: "Write the Service's full name, or a host as the ServiceEntry has it.",
    bad: `# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress, namespace: team-a}
spec:
  host: egress
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
# -- service.yaml
apiVersion: v1
kind: Service
metadata: {name: egress, namespace: istio-egress}
spec:
  selector: {istio: egress}
  ports:
    - {name: https, port: 443}
`,
    good: `# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress, namespace: team-a}
spec:
  host: egress.istio-egress.svc.cluster.local
  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL}
# -- service.yaml
apiVersion: v1
kind: Service
metadata: {name: egress, namespace: istio-egress}
spec:
  selector: {istio: egress}
  ports:
    - {name: https, port: 443}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#DestinationRule',
      'https://istio.io/latest/docs/reference/config/analysis/ist0174/',
    ],
  },
};

function remedyFor(host: string, meant: MeantHost | undefined, { settings }: MeshReader): string {
  const isService = serviceOfHost(host, settings.clusterDomain) !== undefined;
  const add = isService ? 'add the Service' : 'add a ServiceEntry';
  if (!meant) return `Correct the name, or ${add}.`;
  return meant.why === 'elsewhere' ? `Use \`${meant.host}\`, or ${add}.` : `Use \`${meant.host}\`.`;
}

/** A Service that is not here does not say its ports: a route sends to one of these, or to one that the rule names. */
const USUAL_PORTS = [80, 443] as const;

/** A route for the host, or to it, tells of it where it is written. */
function quietly(host: string, { resource }: MeshObject<DestinationRule>, mesh: MeshReader): Severity {
  if (mesh.hosting('VirtualService', host).length > 0) return 'hint';
  const policies = [resource.trafficPolicy, ...(resource.subsets?.items ?? []).map((each) => each.trafficPolicy)];
  const named = policies
    .flatMap((each) => each?.portLevelSettings?.items ?? [])
    .flatMap(({ port }) => port?.value ?? []);
  const ports = new Set([undefined, ...USUAL_PORTS, ...named]);
  return [...ports].some((port) => mesh.sendingTo(host, port).length > 0) ? 'hint' : 'warning';
}

/** A subset of the rule that a route sends to, at the host that is meant. */
function subsetInUse(
  { resource }: MeshObject<DestinationRule>,
  { host, shownBy }: MeantHost,
  mesh: MeshReader,
): string | undefined {
  const own = new Set(resource.subsets?.items.map((each) => each.name?.value));
  if (own.size === 0) return undefined;
  return [undefined, ...portsOf(host, shownBy, mesh)]
    .flatMap((port) => mesh.sendingTo(host, port))
    .flatMap(rulesOf)
    .flatMap(({ destinations }) => destinations)
    .map(({ destination }) => (destination?.host?.value === host ? destination.subset?.value : undefined))
    .find((each) => each !== undefined && own.has(each));
}

function portsOf(host: string, shownBy: MeshObject | undefined, { settings }: MeshReader): readonly number[] {
  const resource = shownBy?.resource;
  if (resource?.kind === 'Service') return (resource.ports?.items ?? []).flatMap(({ port }) => port?.value ?? []);
  if (resource?.kind === 'ServiceEntry')
    return (resource.ports?.items ?? []).flatMap(({ number }) => number?.value ?? []);
  const service = serviceOfHost(host, settings.clusterDomain);
  const install = settings.gateways.find(
    (each) => each.service === service?.name && each.namespace === service.namespace,
  );
  return (install?.ports ?? []).map(({ port }) => port);
}

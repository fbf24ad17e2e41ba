/** TCP ports of ServiceEntries that nothing tells apart. */
import type { ServiceEntry, ServiceEntryPort } from '../manifest/types.ts';
import { isAmbiguous, isComplete } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { isTcp, isTls, parseProtocol } from '../mesh/protocol.ts';
import type { Related } from './finding.ts';
import type { MeshRule, Report } from './rule.ts';
import { haveCommonAudience } from './shared/audience.ts';
import { message, names } from './shared/message.ts';
import { sure, sureOfBoth } from './shared/severity.ts';

export const rule: MeshRule<'ServiceEntry'> = {
  code: 'service-entry-address-missing',
  title: 'TCP port without an address',
  kind: 'fault',
  severity: 'hint',
  covers: ['IST0133', 'IST0134'],
  subject: 'ServiceEntry',
  *check(subject, mesh) {
    if (isAmbiguous(subject, mesh) || subject.resource.hosts === undefined) return;
    for (const port of subject.resource.ports?.items ?? []) {
      if (isPlainTcp(port) && !hasOwnAddress(subject, mesh)) yield* reportOn(subject, port, mesh);
    }
  },
  page: {
    what: 'A TCP port of a ServiceEntry has no address of its own, so it takes every connection to that port, or another one does.',
    why: 'A TCP connection has no host name that a sidecar could read. Without `addresses` the listener is `0.0.0.0` and the port: the first ServiceEntry on it takes all connections, to whatever host they go. Two ServiceEntries, or two hosts of one, cannot be told apart. A sidecar that captures DNS gives hosts addresses of their own; that is off by default, and where the mesh configuration is not in the workspace it is not known.',
    symptom:
      'Connections to one host end at another, or are sent through the egress gateway though they have nothing to do with it.',
    remedy: 'Write the address of each host under `addresses`, in a ServiceEntry of its own.',
    bad: `# -- databases.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: databases, namespace: team-a}
spec:
  hosts: [orders.example.com, users.example.com]
  ports:
    - {number: 5432, name: tcp, protocol: TCP}
  resolution: NONE
`,
    good: `# -- databases.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: orders, namespace: team-a}
spec:
  hosts: [orders.example.com]
  addresses: [203.0.113.7/32]
  ports:
    - {number: 5432, name: tcp, protocol: TCP}
  resolution: STATIC
  endpoints:
    - address: 203.0.113.7
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: users, namespace: team-a}
spec:
  hosts: [users.example.com]
  addresses: [203.0.113.8/32]
  ports:
    - {number: 5432, name: tcp, protocol: TCP}
  resolution: STATIC
  endpoints:
    - address: 203.0.113.8
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0134/',
      'https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-addresses',
      'istio/istio: pilot/pkg/networking/core/listener.go',
    ],
  },
};

/** Where sidecars answer DNS, istiod gives an address to every host that has none. */
function hasOwnAddress({ resource }: MeshObject<ServiceEntry>, mesh: MeshReader): boolean {
  const captures = mesh.all('MeshConfig').some((each) => {
    const { dnsCapture } = each.resource.config;
    return dnsCapture !== undefined && dnsCapture.value !== 'false';
  });
  return captures && canBeGivenAddress(resource);
}

/** Wildcards and hosts with resolution NONE are given no address. */
function canBeGivenAddress({ addresses, resolution, hosts }: ServiceEntry): boolean {
  if (addresses || resolution === undefined || resolution.value === 'NONE') return false;
  return !hosts?.items.some((each) => each.value?.startsWith('*'));
}

/** Without the mesh configuration it is not known who answers DNS. */
function mayBeGivenAddress({ resource }: MeshObject<ServiceEntry>, mesh: MeshReader): boolean {
  if (!canBeGivenAddress(resource) || isComplete(mesh.settings, undefined)) return false;
  return mesh.all('MeshConfig').length === 0;
}

function isPlainTcp({ protocol }: ServiceEntryPort): boolean {
  if (protocol?.value === undefined) return false;
  const parsed = parseProtocol(protocol.value);
  return isTcp(parsed) && !isTls(parsed);
}

function* reportOn(subject: MeshObject<ServiceEntry>, port: ServiceEntryPort, mesh: MeshReader): Iterable<Report> {
  const { resource } = subject;
  const number = port.number;
  const hosts = [...new Set(resource.hosts?.items.map((each) => each.value))];
  if (number?.value === undefined || hosts.includes(undefined)) return;
  const own = hosts.flatMap((each) => each ?? []);
  const at = { range: number.range };
  const rivals = rivalsOf(subject, own, number.value, mesh);
  const [first] = rivals;
  const where = resource.addresses ? `${names(addressesOf(subject))}:${number.value}` : `port ${number.value}`;
  const remedy = 'Give each host `addresses` of its own.';
  if (first) {
    const other = names(hostsOf(first));
    yield {
      ...at,
      severity: mayBeGivenAddress(subject, mesh) ? 'hint' : sureOfBoth(mesh, subject, first, 'warning'),
      message: message(
        `Connections to ${where} of ${names(own)} and of ${other} cannot be told apart: the first takes all.`,
        'TCP names no host.',
        remedy,
      ),
      related: rivals.map(placeOf),
    };
    return;
  }
  if (own.length > 1 && !hasEndpointsInMesh(resource)) {
    yield {
      ...at,
      severity: mayBeGivenAddress(subject, mesh) ? 'hint' : sure(mesh, 'warning'),
      message: message(
        `Connections to ${where} of ${names(own)} cannot be told apart: the first host takes all.`,
        'TCP names no host.',
        'Give each a ServiceEntry with its address.',
      ),
    };
    return;
  }
  if (resource.addresses || hasEndpointsInMesh(resource)) return;
  yield {
    ...at,
    severity: 'hint',
    message: message(
      `Without \`addresses\` \`${own[0] ?? ''}\` takes every connection to port ${number.value} that nothing else declares.`,
      '',
      'Write its address.',
    ),
  };
}

/** Pods of the mesh have addresses that sidecars know. */
function hasEndpointsInMesh({ workloadSelector }: ServiceEntry): boolean {
  return workloadSelector !== undefined;
}

function rivalsOf(
  subject: MeshObject<ServiceEntry>,
  own: readonly string[],
  port: number,
  mesh: MeshReader,
): readonly MeshObject<ServiceEntry>[] {
  return mesh.withPort('ServiceEntry', port).filter((each) => {
    const { resource } = each;
    if (each === subject || resource.broken || isAmbiguous(each, mesh) || hasEndpointsInMesh(resource)) return false;
    if (hasOwnAddress(each, mesh)) return false;
    if (!resource.ports?.items.some((other) => other.number?.value === port && isPlainTcp(other))) return false;
    const hosts = hostsOf(each);
    if (hosts.length === 0 || hosts.some((host) => own.includes(host))) return false;
    return shareAddress(subject, each) && haveCommonAudience(subject, each, mesh) === true;
  });
}

function shareAddress(a: MeshObject<ServiceEntry>, b: MeshObject<ServiceEntry>): boolean {
  if (!a.resource.addresses || !b.resource.addresses) return !a.resource.addresses && !b.resource.addresses;
  const known = new Set(addressesOf(a));
  return addressesOf(b).some((each) => known.has(each));
}

function addressesOf({ resource }: MeshObject<ServiceEntry>): readonly string[] {
  return (resource.addresses?.items ?? []).flatMap((each) => each.value?.replace(/\/32$/, '') ?? []);
}

function hostsOf({ resource }: MeshObject<ServiceEntry>): readonly string[] {
  return (resource.hosts?.items ?? []).flatMap((each) => each.value ?? []);
}

function placeOf({ resource, path }: MeshObject<ServiceEntry>): Related {
  return { path, range: (resource.hosts ?? resource.name).range, message: 'The other one on this port.' };
}

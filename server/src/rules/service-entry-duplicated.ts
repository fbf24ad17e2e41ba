/** Several ServiceEntries for one host and port. */
import type { Field, ServiceEntry, ServiceEntryPort } from '../manifest/types.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { isTls, parseProtocol } from '../mesh/protocol.ts';
import type { MeshRule, Report } from './rule.ts';
import { audienceOf, haveCommonAudience } from './shared/audience.ts';
import { message, names, qualified } from './shared/message.ts';
import { sure, sureOfBoth } from './shared/severity.ts';

export const rule: MeshRule<'ServiceEntry'> = {
  code: 'service-entry-duplicated',
  title: 'Several ServiceEntries for a host and port',
  kind: 'fault',
  severity: 'warning',
  covers: ['IST0177', 'KIA1211', 'KIA1212'],
  subject: 'ServiceEntry',
  *check(subject, mesh) {
    if (isAmbiguous(subject, mesh)) return;
    for (const port of subject.resource.ports?.items ?? []) {
      const report = reportOn(subject, port, mesh);
      if (report) yield report;
    }
  },
  page: {
    what: 'Several ServiceEntries that the same proxies see declare one host and port.',
    why: 'Istio has one service for a host. A sidecar takes the ServiceEntry of its own namespace first, then the oldest; a gateway takes the oldest, wherever it is. Where the two give the port different protocols, routes that fit the one are not used for the other. `HTTPS` and `TLS` are the same here.',
    symptom: 'Calls work from one namespace and not from another, or change after a ServiceEntry was created anew.',
    remedy:
      'Keep one ServiceEntry for the host in a namespace that all share, or show each to its own namespace with `exportTo: ["."]`.',
    bad: `# -- team-a.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 8443, name: tls, protocol: TLS}
  resolution: DNS
# -- team-b.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: team-b}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 8443, name: http, protocol: HTTP}
  resolution: DNS
`,
    good: `# -- shared.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: egress-config}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 8443, name: tls, protocol: TLS}
  resolution: DNS
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/analysis/ist0177/',
      'istio/istio: pilot/pkg/model/push_context.go (initServiceRegistry)',
    ],
  },
};

function reportOn(subject: MeshObject<ServiceEntry>, port: ServiceEntryPort, mesh: MeshReader): Report | undefined {
  const { number } = port;
  if (number?.value === undefined) return undefined;
  for (const host of subject.resource.hosts?.items ?? []) {
    const others = rivals(subject, host, number.value, mesh);
    const [first] = others;
    if (!first) continue;
    const differing = others.find((each) => differ(port, each.port));
    return differing
      ? conflict(subject, port, host, differing, others, mesh)
      : repetition(port, host, first, others, mesh);
  }
  return undefined;
}

interface Rival {
  readonly entry: MeshObject<ServiceEntry>;
  readonly port: ServiceEntryPort;
}

function rivals(
  subject: MeshObject<ServiceEntry>,
  host: Field<string>,
  number: number,
  mesh: MeshReader,
): readonly Rival[] {
  if (host.value === undefined) return [];
  return mesh.hosting('ServiceEntry', host.value).flatMap((entry): readonly Rival[] => {
    if (entry === subject || entry.resource.broken || isAmbiguous(entry, mesh) || isSame(entry, subject)) return [];
    if (haveCommonAudience(subject, entry, mesh) !== true || isOwnCopy(subject, entry, mesh)) return [];
    const port = entry.resource.ports?.items.find((each) => each.number?.value === number);
    return port ? [{ entry, port }] : [];
  });
}

/** A ServiceEntry that only its own namespace sees goes first there, whatever else there is. */
function isOwnCopy(a: MeshObject<ServiceEntry>, b: MeshObject<ServiceEntry>, mesh: MeshReader): boolean {
  if (a.namespace === b.namespace) return false;
  return [a, b].some((each) => {
    const audience = audienceOf(each, mesh);
    return audience !== 'all' && audience?.size === 1 && each.namespace !== undefined && audience.has(each.namespace);
  });
}

function isSame(a: MeshObject, b: MeshObject): boolean {
  return a.namespace === b.namespace && a.resource.name.value === b.resource.name.value;
}

/** Whether sidecars treat the bytes of the two ports differently; what is not known does not differ. */
function differ({ protocol: a }: ServiceEntryPort, { protocol: b }: ServiceEntryPort): boolean {
  if ((a && a.value === undefined) || (b && b.value === undefined)) return false;
  const [first, second] = [parseProtocol(a?.value), parseProtocol(b?.value)];
  return first !== second && !(isTls(first) && isTls(second));
}

function conflict(
  subject: MeshObject<ServiceEntry>,
  port: ServiceEntryPort,
  host: Field<string>,
  { entry, port: other }: Rival,
  others: readonly Rival[],
  mesh: MeshReader,
): Report {
  return {
    range: (port.protocol ?? port.number)?.range ?? port.range,
    severity: sureOfBoth(mesh, subject, entry, 'warning'),
    message: message(
      `Port ${port.number?.value} of \`${host.value}\` is ${protocolWord(port)} here and ${protocolWord(other)} in ${title(entry)}: the oldest counts.`,
      'Which is not in YAML.',
      'Give both the same protocol, or keep one.',
    ),
    related: related(others),
  };
}

function repetition(
  port: ServiceEntryPort,
  host: Field<string>,
  { entry }: Rival,
  others: readonly Rival[],
  mesh: MeshReader,
): Report {
  const more = others.length > 1 ? ` and ${others.length - 1} more` : '';
  return {
    range: port.number?.range ?? port.range,
    severity: sure(mesh, 'hint'),
    message: message(
      `${title(entry)}${more} declares port ${port.number?.value} of ${names([host.value ?? ''])} too.`,
      "A proxy takes one of them: its own namespace's, else the oldest.",
      'Keep one, or show each to its own namespace with `exportTo`.',
    ),
    related: related(others),
  };
}

function protocolWord({ protocol }: ServiceEntryPort): string {
  return protocol?.value || 'without protocol';
}

function title({ namespace, resource }: MeshObject): string {
  return `ServiceEntry ${qualified(namespace, resource.name.value ?? '')}`;
}

function related(others: readonly Rival[]): NonNullable<Report['related']> {
  return others.map(({ entry, port }) => ({
    path: entry.path,
    range: port.number?.range ?? port.range,
    message: 'The same host and port.',
  }));
}

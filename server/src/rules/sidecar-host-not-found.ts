/** Hosts that a Sidecar imports from a namespace that does not have them. */
import type { Field, ServiceEntry, Sidecar } from '../manifest/types.ts';
import { serviceOfHost, wildcardsOver } from '../mesh/hosts.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { MeshRule, Report } from './rule.ts';
import { message } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'Sidecar'> = {
  code: 'sidecar-host-not-found',
  title: 'Sidecar imports a host from the wrong place',
  kind: 'fault',
  severity: 'warning',
  covers: ['KIA1004'],
  subject: 'Sidecar',
  *check(subject, mesh) {
    for (const host of (subject.resource.egress?.items ?? []).flatMap((each) => each.hosts?.items ?? [])) {
      const report = reportOn(subject, host, mesh);
      if (report) yield report;
    }
  },
  page: {
    what: 'A Sidecar imports a host from a namespace in which no ServiceEntry has it, while one of another namespace does.',
    why: 'An entry of `egress[].hosts` is `namespace/host`: the namespace of the ServiceEntry or Service, not that of the pods. `./` is the namespace of the Sidecar. A ServiceEntry for `*.example.com` is imported as `*.example.com`, not by the name of a host under it.',
    symptom:
      'The pods do not know the host: 502 or a reset where the outbound policy is REGISTRY_ONLY, else the calls go straight out.',
    remedy: 'Write the namespace that the ServiceEntry is in.',
    bad: `# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: team-a}
spec:
  egress:
    - hosts: ["istio-system/*", "./api.example.com"]
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: egress-config}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
`,
    good: `# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: team-a}
spec:
  egress:
    - hosts: ["istio-system/*", "egress-config/api.example.com"]
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: egress-config}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener',
      'https://github.com/istio/istio/issues/28682',
      'istio/istio: pilot/pkg/model/sidecar.go',
    ],
  },
};

function reportOn(subject: MeshObject<Sidecar>, field: Field<string>, mesh: MeshReader): Report | undefined {
  const slash = field.value?.indexOf('/') ?? -1;
  if (field.value === undefined || slash < 0) return undefined;
  const written = field.value.slice(0, slash);
  const host = field.value.slice(slash + 1);
  const namespace = written === '.' ? subject.namespace : written;
  if (namespace === undefined || namespace === '*' || namespace.startsWith('~') || host.startsWith('*'))
    return undefined;
  if (isThere(host, namespace, mesh)) return undefined;
  const entries = mesh.hosting('ServiceEntry', host);
  if (entries.some((each) => each.namespace === undefined || isAmbiguous(each, mesh))) return undefined;
  // Another Sidecar's entry of the same list may bring it: then nothing is missing.
  if (importsOtherwise(subject, host, entries)) return undefined;
  const [only, ...others] = new Set(entries.map((each) => each.namespace ?? ''));
  if (only !== undefined) {
    return {
      range: field.range,
      severity: sure(mesh, 'warning'),
      message: message(
        `Pods in \`${subject.namespace}\` do not know \`${host}\`: its ServiceEntry is in \`${only}\`, not in \`${namespace}\`.`,
        '',
        `Import \`${only}/${host}\`.`,
      ),
      related: entries.map(place),
      fixes:
        others.length === 0
          ? [
              {
                title: `Import ${only}/${host}`,
                preferred: true,
                safety: 'safe',
                edits: [
                  {
                    path: subject.path,
                    edit: { kind: 'replace-scalar', range: field.range, value: `${only}/${host}` },
                  },
                ],
              },
            ]
          : [],
    };
  }
  return underWildcard(subject, field, host, namespace, mesh);
}

/** Whether something in the namespace has the host. */
function isThere(host: string, namespace: string, mesh: MeshReader): boolean {
  const service = serviceOfHost(host, mesh.settings.clusterDomain);
  if (service) return true;
  return [...mesh.hosting('ServiceEntry', host), ...mesh.hosting('VirtualService', host)].some(
    (each) => each.namespace === namespace,
  );
}

function importsOtherwise(
  { resource, namespace }: MeshObject<Sidecar>,
  host: string,
  entries: readonly MeshObject<ServiceEntry>[],
): boolean {
  const imported = (resource.egress?.items ?? []).flatMap((each) => each.hosts?.items ?? []);
  return imported.some(({ value }) => {
    if (value === undefined) return true;
    const [from = '', name = ''] = value.split('/');
    const where = from === '.' ? namespace : from;
    if (name !== '*' && name !== host && !(name.startsWith('*') && host.endsWith(name.slice(1)))) return false;
    return where === '*' ? entries.length > 0 : entries.some((each) => each.namespace === where);
  });
}

function underWildcard(
  subject: MeshObject<Sidecar>,
  field: Field<string>,
  host: string,
  namespace: string,
  mesh: MeshReader,
): Report | undefined {
  const wildcard = wildcardsOver(host)
    .filter((each) => each !== '*')
    .find((each) => mesh.hosting('ServiceEntry', each).some((entry) => entry.namespace === namespace));
  if (wildcard === undefined) return undefined;
  const entries = mesh.hosting('ServiceEntry', wildcard).filter((each) => each.namespace === namespace);
  if (entries.some((each) => isAmbiguous(each, mesh)) || importsOtherwise(subject, wildcard, entries)) return undefined;
  return {
    range: field.range,
    severity: sure(mesh, 'warning'),
    message: message(
      `Pods in \`${subject.namespace}\` do not know \`${host}\`: the ServiceEntry for \`${wildcard}\` is imported only by that name.`,
      '',
      `Import \`${namespace}/${wildcard}\`.`,
    ),
    related: entries.map(place),
  };
}

function place({ resource, path }: MeshObject<ServiceEntry>) {
  return { path, range: (resource.hosts ?? resource.name).range, message: 'Has the host.' };
}

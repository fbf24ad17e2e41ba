/** Versions of the Istio API that have a stable successor. */
import { ISTIO_NETWORKING_GROUP } from '../manifest/types.ts';
import type { FileRule } from './rule.ts';
import { message } from './shared/message.ts';

export const rule: FileRule = {
  code: 'api-version-outdated',
  title: 'Outdated API version',
  kind: 'advice',
  severity: 'hint',
  covers: [],
  subject: 'file',
  *check(path, { resources }) {
    for (const { kind, apiVersion, apiVersionRange, broken } of resources) {
      const [group, version = ''] = apiVersion.split('/');
      if (broken || group !== ISTIO_NETWORKING_GROUP || !OLD.includes(version) || !STABLE.includes(kind)) continue;
      yield {
        range: apiVersionRange,
        message: message(`\`${version}\` is outdated: ${kind} is \`v1\` since Istio 1.22.`, '', `Use \`${group}/v1\`.`),
        fixes: [
          {
            title: `Use ${group}/v1`,
            preferred: true,
            safety: 'safe',
            edits: [
              {
                path: path,
                edit: { kind: 'replace-scalar', range: apiVersionRange, value: `${ISTIO_NETWORKING_GROUP}/v1` },
              },
            ],
          },
        ],
      };
    }
  },
  page: {
    what: 'A resource has a version of the Istio API that has a stable successor.',
    why: 'VirtualService, Gateway, ServiceEntry, DestinationRule and Sidecar are the same in `v1alpha3`, `v1beta1` and `v1`; the old versions are still served. They mark examples that were copied from old pages, whose fields may be outdated too: `sni_hosts`, `serverCertificate: /etc/certs/…`, a resolution that is not written.',
    symptom: 'None, until a version of Istio stops serving them.',
    remedy: 'Write `networking.istio.io/v1` if your clusters have Istio 1.22 or newer.',
    bad: `# -- entry.yaml
apiVersion: networking.istio.io/v1alpha3
kind: ServiceEntry
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
`,
    good: `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
`,
    sources: ['https://istio.io/latest/blog/2024/v1-apis/'],
  },
};

const OLD: readonly string[] = ['v1alpha3', 'v1beta1'];
const STABLE: readonly string[] = ['VirtualService', 'Gateway', 'ServiceEntry', 'DestinationRule', 'Sidecar'];

/** Mutual TLS of the mesh between sidecars and a Gateway of Gateway API, where one side lacks it. */
import { hostText } from './failing-proxy.ts';
import type { Fix } from '../finding.ts';
import type { Failure } from '../rule.ts';
import type { MergedServer } from '../../trace/gateway-merge.ts';
import type { YamlData, YamlEdit } from '../../yaml/edits.ts';
import type { Arrival } from './gateway-arrival.ts';
import { neededName, takesName } from './hop-tls.ts';
import { qualified } from './message.ts';

/** A DestinationRule for the Service of the Gateway, in its namespace, where every client finds it. None where there is one already. */
export function addHopRule({ to }: Arrival, server: MergedServer, { mesh, outcome }: Failure): readonly Fix[] {
  const by = server.gateway.implied?.by;
  if (!by || by.context || by.path.endsWith('.json') || mesh.hosting('DestinationRule', to.host).length > 0) return [];
  const namespace = by.resource.namespace?.value;
  const name = `mutual-tls-to-${by.resource.name.value ?? 'gateway'}`;
  if (mesh.named('DestinationRule', by.namespace, name).length > 0) return [];
  const sni = neededName(server, outcome.call.host);
  const tls = { mode: 'ISTIO_MUTUAL', ...(sni === undefined ? {} : { sni }) };
  const value: YamlData = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    spec: { host: to.host, trafficPolicy: { portLevelSettings: [{ port: { number: to.port }, tls }] } },
  };
  return [
    {
      title: `Add DestinationRule ${qualified(by.namespace, name)} with ISTIO_MUTUAL for ${hostText(to.host, mesh.settings.clusterDomain)}`,
      preferred: true,
      safety: 'review',
      edits: [{ path: by.path, edit: { kind: 'append-document', value } }],
    },
  ];
}

/** The listener made one that takes it, where the hop adds it with a server name that the listener has. */
export function takeMutualTls({ via }: Arrival, server: MergedServer): readonly Fix[] {
  const { implied } = server.gateway;
  const listener = implied?.listener;
  if (!implied || implied.by.context || !listener?.protocol || listener.tls) return [];
  if (via.tls?.mode !== 'istioMutual' || !takesName(server, via.tls.sni ?? '')) return [];
  const tls = { mode: 'Terminate', options: { 'gateway.istio.io/tls-terminate-mode': 'ISTIO_MUTUAL' } };
  const edits: readonly YamlEdit[] = [
    { kind: 'replace-scalar', range: listener.protocol.range, value: 'HTTPS' },
    { kind: 'set-key', range: listener.range, key: 'tls', value: tls },
  ];
  const { path } = implied.by;
  return [
    {
      title: `Let listener ${listener.name?.value ?? ''} take mutual TLS of the mesh`,
      preferred: false,
      safety: 'review',
      edits: edits.map((edit) => ({ path, edit })),
    },
  ];
}

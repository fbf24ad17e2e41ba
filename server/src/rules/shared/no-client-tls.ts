/** Plain calls to a TLS port, for which nothing sets TLS. */
import type { Field, ServiceEntry } from '../../manifest/types.ts';
import { isComplete } from '../../mesh/knowledge.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { isTls, parseProtocol } from '../../mesh/protocol.ts';
import type { ClusterName } from '../../trace/cluster-names.ts';
import { servicesOfHost } from '../../trace/registry.ts';
import type { CallReport, Failure } from '../rule.ts';
import { proxiesText, type WrittenDestination } from './failing-proxy.ts';

/** Nothing here adds TLS. What lives elsewhere may, except where the ServiceEntry alone says that port 443 is plain. */
export function noClientTls(
  failure: Failure,
  cluster: ClusterName,
  written: WrittenDestination | undefined,
): CallReport | undefined {
  const complete = isComplete(failure.mesh.settings, undefined);
  const [declared] = servicesOfHost(failure.plane, cluster.host);
  const entry =
    declared?.source?.resource.kind === 'ServiceEntry' ? (declared.source as MeshObject<ServiceEntry>) : undefined;
  const port = entry?.resource.ports?.items.find((each) => each.number?.value === cluster.port);
  const misdeclared =
    written || cluster.port !== 443 || !port?.protocol ? undefined : plainPort(failure, cluster, entry);
  if (misdeclared) {
    const { path, context, protocol } = misdeclared;
    const routed = isRoutedAsHttp(failure, cluster.host);
    return {
      path,
      range: protocol.range,
      severity: 'warning',
      cause: `port 443 is declared as \`${protocol.value ?? ''}\`, so TLS that applications send is not recognised, and nothing adds it to plain calls`,
      remedy: routed ? 'Declare it as `TLS`, and write its routes for TLS.' : 'Declare it as `TLS`.',
      fixes:
        context || routed
          ? []
          : [
              {
                title: 'Declare the port as TLS',
                preferred: true,
                safety: 'review',
                edits: [{ path, edit: { kind: 'replace-scalar', range: protocol.range, value: 'TLS' } }],
              },
            ],
    };
  }
  const place = written
    ? {
        path: written.source.path,
        range: (written.destination.port ?? written.destination.host ?? written.destination).range,
      }
    : {
        path: entry?.path ?? failure.subject.path,
        range: (port?.targetPort ?? port ?? failure.subject.resource.name).range,
      };
  return {
    ...place,
    severity: complete ? 'error' : 'hint',
    cause: `no DestinationRule ${complete ? '' : 'here '}adds TLS for ${proxiesText(failure)}`,
    remedy: `Add one with tls.mode SIMPLE for port ${cluster.port}.`,
    elsewhere: `DestinationRule ${cluster.host}`,
  };
}

interface PlainPort extends Pick<MeshObject, 'path' | 'context'> {
  readonly protocol: Field<string>;
}

/** The ServiceEntry that says that the port is plain: where several declare it, another one may count than the one that calls go to. */
function plainPort(
  { mesh }: Failure,
  { host, port }: ClusterName,
  entry: MeshObject<ServiceEntry> | undefined,
): PlainPort | undefined {
  const entries = [...(entry ? [entry] : []), ...mesh.hosting('ServiceEntry', host)];
  const plain = entries.flatMap(({ resource, path, context }): readonly PlainPort[] => {
    const protocol = resource.ports?.items.find((each) => each.number?.value === port)?.protocol;
    return protocol && !isTls(parseProtocol(protocol.value)) ? [{ path, context, protocol }] : [];
  });
  return plain[0];
}

/** A route reads the calls, so applications send no TLS. */
function isRoutedAsHttp({ mesh }: Failure, host: string): boolean {
  const routes = mesh.hosting('VirtualService', host);
  return (
    mesh.hosting('HTTPRoute', host).length > 0 || routes.some(({ resource }) => (resource.http?.items.length ?? 0) > 0)
  );
}

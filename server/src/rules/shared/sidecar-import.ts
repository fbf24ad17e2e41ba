/** Letting a Sidecar import one more host. */
import type { Sidecar } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import type { MeshService } from '../../trace/model.ts';
import type { CallReport } from '../rule.ts';

/** The list of hosts to point at, and a fix where it is clear which list is meant: the one for all ports. */
export function sidecarImport(
  { resource, path, context }: MeshObject<Sidecar>,
  { namespace, hostname }: Pick<MeshService, 'namespace' | 'hostname'>,
): Pick<CallReport, 'path' | 'range' | 'fixes'> {
  const listeners = resource.egress?.items ?? [];
  const general = listeners.filter((each) => !each.port);
  const list = (general[0] ?? listeners[0])?.hosts;
  const entry = `${namespace}/${hostname}`;
  const clear = list !== undefined && !context && (general.length === 1 || listeners.length === 1);
  return {
    path,
    range: (list ?? resource.egress ?? resource.name).range,
    fixes: clear
      ? [
          {
            title: `Import ${entry}`,
            preferred: true,
            safety: 'safe',
            edits: [{ path, edit: { kind: 'append-item', range: list.range, value: entry } }],
          },
        ]
      : [],
  };
}

/** Letting a Sidecar import more hosts. */
import type { Sidecar } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import type { CallReport } from '../rule.ts';

/**
 * The list of hosts to point at, and a fix where it is clear which list is meant: the one for all ports.
 *
 * @param entries `namespace/host`
 */
export function sidecarImport(
  { resource, path, context }: MeshObject<Sidecar>,
  entries: readonly string[],
): Pick<CallReport, 'path' | 'range' | 'fixes'> {
  const listeners = resource.egress?.items ?? [];
  const general = listeners.filter((each) => !each.port);
  const list = (general[0] ?? listeners[0])?.hosts;
  const clear = list !== undefined && !context && (general.length === 1 || listeners.length === 1);
  return {
    path,
    range: (list ?? resource.egress ?? resource.name).range,
    fixes: clear
      ? [
          {
            title: `Import ${entries.join(' and ')}`,
            preferred: true,
            safety: 'safe',
            edits: entries.map((value) => ({ path, edit: { kind: 'append-item', range: list.range, value } })),
          },
        ]
      : [],
  };
}

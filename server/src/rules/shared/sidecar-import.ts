/** Letting a Sidecar import more hosts. */
import type { Sidecar } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import type { CallReport } from '../rule.ts';

/**
 * The list of hosts to point at, and a fix where it is clear which list is meant.
 *
 * @param port that is called
 * @param entries `namespace/host`
 */
export function sidecarImport(
  { resource, path, context }: MeshObject<Sidecar>,
  port: number,
  entries: readonly string[],
): Pick<CallReport, 'path' | 'range' | 'fixes'> {
  const listeners = resource.egress?.items ?? [];
  const counting = listenersFor(port, listeners, (each) => each.port && (each.port.number?.value ?? 0));
  const list = (counting[0] ?? listeners[0])?.hosts;
  const clear = list !== undefined && !context && (counting.length === 1 || listeners.length === 1);
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

/** The egress listeners that have a say in calls to a port: those that a Sidecar declares for it, and only without one those for all ports. */
export function listenersFor<L>(
  port: number,
  listeners: readonly L[],
  portOf: (listener: L) => number | undefined,
): readonly L[] {
  const own = listeners.filter((each) => portOf(each) === port);
  return own.length > 0 ? own : listeners.filter((each) => portOf(each) === undefined);
}

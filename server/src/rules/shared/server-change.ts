/** What a server would have to be to read what comes to it. */
import type { ServerTls } from '../../manifest/types.ts';
import type { MergedServer } from '../../trace/gateway-merge.ts';
import { peel } from '../../trace/layers.ts';
import type { YamlEdit } from '../../yaml/edits.ts';
import type { Range } from '../../yaml/nodes.ts';
import type { Fix } from '../finding.ts';
import type { Arrival } from './gateway-arrival.ts';

/** The block for what comes: for the application's bytes where the hop adds TLS of its own. */
export function dueBlock({ at, via }: Arrival): 'http' | 'tls' | 'tcp' {
  const received = peel(at.received);
  const { outer } = via.tls ? peel(received.inner) : received;
  if (outer === 'http') return 'http';
  return via.tls || outer === 'tcp' ? 'tcp' : 'tls';
}

export interface ServerChange {
  /** `TLS with PASSTHROUGH`. */
  readonly text: string;
  /** Empty where the server is only looked at. */
  readonly fixes: readonly Fix[];
}

export function serverChange({ server, gateway }: MergedServer, arrival: Arrival): ServerChange {
  const due = dueBlock(arrival);
  const mesh = arrival.via.tls?.mode === 'istioMutual';
  const mode = due === 'tls' ? 'PASSTHROUGH' : mesh ? 'ISTIO_MUTUAL' : undefined;
  const protocol =
    due === 'tls' ? 'TLS' : mode ? { http: 'HTTPS', tcp: 'TLS' }[due] : { http: 'HTTP', tcp: 'TCP' }[due];
  const text = mode ? `${protocol} with ${mode}` : protocol;
  if (gateway.context) return { text, fixes: [] };
  const { tls, port, range } = server;
  const written = port?.protocol?.value?.toUpperCase();
  const fits = written === protocol || (due === 'tls' && written === 'HTTPS');
  const edits: readonly YamlEdit[] = [
    ...(port?.protocol && !fits
      ? [{ kind: 'replace-scalar', range: port.protocol.range, value: protocol } as const]
      : []),
    ...(mode && tls?.mode?.value !== mode ? [setMode(range, tls, mode)] : []),
    ...(!mode && tls ? [{ kind: 'remove-key', range, key: 'tls' } as const] : []),
  ];
  return { text, fixes: [serverFix(`Let the server be ${text}`, gateway.path, edits)] };
}

/** In place of all settings where some are for another mode. */
function setMode(holder: Range, written: ServerTls | undefined, mode: string): YamlEdit {
  const { range, mode: old, ...others } = written ?? { range: holder };
  return old && Object.keys(others).length === 0
    ? { kind: 'replace-scalar', range: old.range, value: mode }
    : { kind: 'set-key', range: holder, key: 'tls', value: { mode } };
}

/** It changes what the server speaks, so it is for a reader to decide. */
export function serverFix(title: string, path: string, edits: readonly YamlEdit[]): Fix {
  return { title, preferred: true, safety: 'review', edits: edits.map((edit) => ({ path, edit })) };
}

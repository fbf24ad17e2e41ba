/** How a followed call ends, seen as a rule sees it: what Envoy lets through may still be wrong. */
import type { Ending } from '../../calls/endings.ts';
import type { CallEnd } from '../rule.ts';

/** Undefined where nothing is wrong. */
export function wrongEnd(ending: Ending): CallEnd | undefined {
  switch (ending.kind) {
    case 'external':
      return wrongBytes(ending);
    case 'original-destination':
    case 'refused':
    case 'dynamic-dns':
    case 'redirect':
    case 'direct-response':
      return undefined;
    default:
      return ending.kind;
  }
}

/** Bytes that a server on the port that they are sent to hardly understands. */
function wrongBytes({ cluster }: Ending): CallEnd | undefined {
  const [outer = '', inner = ''] = cluster?.end?.wire ?? [];
  const toTls = cluster?.endpoints?.[0]?.endsWith(':443') ?? false;
  if (outer.startsWith('http ') && toTls) return 'plain-to-tls';
  if (/^m?tls/.test(outer) && inner.startsWith('tls')) return 'tls-in-tls';
  return undefined;
}

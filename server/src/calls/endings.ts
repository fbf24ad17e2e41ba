/** Where a call ends: one ending for each weighted way. */
import type { Hop, HopCluster } from '../trace/types.ts';

export type EndingKind =
  /** `refused`: the policy REGISTRY_ONLY answers 502 or closes the connection. */
  | 'external'
  | 'original-destination'
  | 'refused'
  | 'no-cluster'
  | 'no-endpoints'
  | 'dynamic-dns'
  | 'redirect'
  | 'direct-response'
  | NonNullable<Hop['error']>;

/** Contract with programs that read `trace --format json`. */
export type Verdict = 'outside' | 'outside-not-through-gateway' | 'blocked' | 'failed' | 'unknown';

export interface Ending {
  readonly kind: EndingKind;
  readonly verdict: Verdict;
  /** The proxies on the way, the client's first; never empty. */
  readonly hops: readonly [Hop, ...Hop[]];
  /** The last of them. */
  readonly at: Hop;
  /** The cluster that it chose, where it came to choosing one. */
  readonly cluster: HopCluster | undefined;
  /** The share of calls, from 0 to 1. */
  readonly share: number;
}

/** All endings of a trace, in Envoy's order of clusters. */
export function endingsOf(hop: Hop): readonly Ending[] {
  return endings(hop, [], 1);
}

/** The worst of several: what fails for some calls is a failure. */
export function worst(endings: readonly Ending[]): Ending | undefined {
  return [...endings].sort((a, b) => VERDICT_RANKS[b.verdict] - VERDICT_RANKS[a.verdict])[0];
}

/** Which verdict is worse than which: the greater. */
export const VERDICT_RANKS: Readonly<Record<Verdict, number>> = {
  outside: 0,
  'outside-not-through-gateway': 1,
  unknown: 2,
  blocked: 3,
  failed: 4,
};

function endings(hop: Hop, before: readonly Hop[], share: number): readonly Ending[] {
  const [first, ...rest] = [...before, hop];
  const hops: readonly [Hop, ...Hop[]] = [first ?? hop, ...rest];
  const end = (kind: EndingKind, cluster?: HopCluster, part = share): readonly Ending[] => [
    { kind, verdict: verdictOf(kind, hops), hops, at: hop, cluster, share: part },
  ];
  if (hop.error) return end(hop.error);
  if (hop.action === 'redirect') return end('redirect');
  if (hop.action?.startsWith('directResponse'))
    return end(hop.virtualHost === 'block_all' ? 'refused' : 'direct-response');
  const clusters = hop.clusters ?? [];
  const total = clusters.reduce((sum, each) => sum + (each.weight ?? 0), 0);
  return clusters.flatMap((each) => {
    const part = total > 0 && each.weight !== undefined ? (share * each.weight) / total : share;
    return each.next ? endings(each.next, [...before, hop], part) : end(kindOf(each), each, part);
  });
}

function kindOf({ end, type, endpoints }: HopCluster): EndingKind {
  if (!end || end.kind === 'no-cluster') return 'no-cluster';
  if (end.kind === 'blocked') return 'refused';
  // A cluster without endpoints that has no type for them either looks every name up when it is called.
  if (end.kind === 'no-endpoints') return type === 'STATIC' && !endpoints ? 'dynamic-dns' : 'no-endpoints';
  return end.kind;
}

function verdictOf(kind: EndingKind, hops: readonly Hop[]): Verdict {
  switch (kind) {
    case 'external':
    case 'original-destination':
      return hops.some((each) => each.proxy.startsWith('gateway ')) ? 'outside' : 'outside-not-through-gateway';
    // Rules that answer by themselves keep the call in the mesh as much as the policy does.
    case 'refused':
    case 'redirect':
    case 'direct-response':
      return 'blocked';
    case 'dynamic-dns':
      return 'unknown';
    default:
      return 'failed';
  }
}

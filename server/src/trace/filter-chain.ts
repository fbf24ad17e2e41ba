/** Filter chains: how Envoy picks one for a connection, and which of them istiod takes for equal. */
import { hostCoveredBy } from '../mesh/hosts.ts';
import { contains, maskedText, type Prefix, prefixOf } from '../mesh/addresses.ts';
import { ANY_ADDRESS } from './model.ts';
import type { Plane } from './plane.ts';
import type { MeshProxy } from './proxy.ts';
import type { Cause } from './types.ts';
import type { Routes } from './virtual-services.ts';

export interface WeightedCluster {
  readonly name: string;
  readonly weight: number | undefined;
}

export type ChainAction =
  | { readonly kind: 'http'; readonly routeConfig: string }
  /** Worked out only for the chain that is chosen: a listener may have thousands. */
  | { readonly kind: 'tcp'; readonly clusters: (plane: Plane, proxy: MeshProxy) => readonly WeightedCluster[] };

export interface FilterChain {
  /** Empty, or with `*` among them: any. */
  readonly sniHosts: readonly string[];
  readonly cidrs: readonly string[];
  /** Only for bytes that were recognised as plaintext HTTP. */
  readonly plainHttpOnly: boolean;
  /** Whether the proxy ends TLS here, and with which certificate. */
  readonly terminates: 'mesh' | 'own' | undefined;
  readonly action: ChainAction;
  /** The VirtualService that Envoy's configuration names for the chain. */
  readonly config: Routes | undefined;
  readonly because: () => readonly Cause[];
}

export interface Listener {
  readonly name: string;
  readonly chains: ChainIndex;
  readonly fallback: FilterChain | undefined;
  /** Whether it looks for a TLS handshake, and for plaintext HTTP, before it chooses. */
  readonly inspectsTls: boolean;
  readonly inspectsHttp: boolean;
}

/** What a listener sees of a connection. */
export interface Connection {
  readonly address: string;
  readonly tls: 'plaintext' | 'tls' | 'mtls';
  readonly sni: string;
  readonly http: boolean;
}

export type ChainChoice = FilterChain | 'no-filter-chain' | 'multiple-filter-chains';

/** Whether the chain takes every connection, so that istiod makes it the fallback of its listener. */
export function matchesAll(chain: FilterChain): boolean {
  return anyName(chain) && !chain.plainHttpOnly && chain.cidrs.length === 0;
}

function anyName({ sniHosts }: FilterChain): boolean {
  return sniHosts.length === 0 || sniHosts.includes('*');
}

/** Equal for chains with the same conditions (`conflictsWith` in `listener.go`): of those only the first is kept. */
export function conditionsKey(chain: FilterChain): string {
  const names = [...new Set(chain.sniHosts.filter((each) => each !== '*'))].sort();
  const addresses = [...new Set(blocks(chain))].sort();
  return `${chain.plainHttpOnly ? 'http' : ''}|${names.join()}|${addresses.join()}`;
}

function blocks({ cidrs }: FilterChain): readonly string[] {
  return cidrs.flatMap((each) => {
    const prefix = each.split('/')[0] === ANY_ADDRESS ? undefined : prefixOf(each);
    return prefix ? maskedText(prefix) : [];
  });
}

/** A listener of these chains. A chain without conditions becomes the fallback where there are others (`buildListenerFromEntry`). */
export function listenerOf(name: string, chains: readonly FilterChain[], passthrough: FilterChain): Listener {
  const conditional = chains.filter((each) => !matchesAll(each));
  const unconditional = chains.findLast(matchesAll);
  return {
    name,
    chains: chainIndex(conditional.length === 0 && unconditional ? [unconditional] : conditional),
    fallback: conditional.length === 0 ? undefined : (unconditional ?? passthrough),
    ...inspectors(chains),
  };
}

export function inspectors(chains: readonly FilterChain[]): Pick<Listener, 'inspectsTls' | 'inspectsHttp'> {
  return {
    inspectsTls: chains.some((each) => each.sniHosts.length > 0 || each.terminates !== undefined),
    inspectsHttp: chains.some((each) => each.plainHttpOnly),
  };
}

/** The chains of a listener, so that those for one server name are found without going through all. */
export interface ChainIndex {
  readonly byAddress: readonly FilterChain[];
  readonly byName: ReadonlyMap<string, readonly FilterChain[]>;
  readonly others: readonly FilterChain[];
}

export function chainIndex(chains: readonly FilterChain[]): ChainIndex {
  const byAddress: FilterChain[] = [];
  const byName = new Map<string, FilterChain[]>();
  const others: FilterChain[] = [];
  for (const chain of chains) {
    if (chain.cidrs.length > 0) byAddress.push(chain);
    else if (anyName(chain)) others.push(chain);
    else {
      for (const name of chain.sniHosts) {
        const list = byName.get(name);
        if (list) list.push(chain);
        else byName.set(name, [chain]);
      }
    }
  }
  return { byAddress, byName, others };
}

/** Chains that a server name rules out would be left out by Envoy's choice too, unless an address comes first. */
function candidates({ byAddress, byName, others }: ChainIndex, sni: string): readonly FilterChain[] {
  const named = new Set(byName.get(sni));
  // Of few names all are looked at, of many those that may be over this one.
  if (byName.size <= sni.length) {
    for (const [name, chains] of byName) if (nameRank(sni, name) > 0) for (const each of chains) named.add(each);
  } else for (let i = 0; i <= sni.length; i++) for (const each of byName.get(`*${sni.slice(i)}`) ?? []) named.add(each);
  return [...byAddress, ...named, ...others];
}

/**
 * Envoy's choice: address first, then server name, then transport, then application protocol; at every step only the best survive, and chains
 * without a condition only where none that has one fits.
 */
export function chooseChain(listener: Listener, connection: Connection): ChainChoice {
  const { inspectsTls, inspectsHttp } = listener;
  const plain = connection.tls === 'plaintext';

  let left = candidates(listener.chains, connection.sni);
  if (listener.chains.byAddress.length > 0) left = bestOfAddress(left, connection.address);
  left = best(
    left,
    (each) => (anyName(each) ? [] : each.sniHosts),
    (names) => Math.max(0, ...names.map((each) => nameRank(connection.sni, each))),
  );
  // Without a TLS inspector every connection looks like plain bytes.
  left = best(left, condition, () => (plain || !inspectsTls ? 1 : 0));
  left = best(left, condition, () => (plain && inspectsHttp && connection.http ? 1 : 0));

  if (left.length > 1) return 'multiple-filter-chains';
  return left[0] ?? listener.fallback ?? 'no-filter-chain';
}

function bestOfAddress(chains: readonly FilterChain[], dialled: string): readonly FilterChain[] {
  const address = prefixOf(dialled);
  return best(chains, prefixesOf, (prefixes) =>
    Math.max(0, ...prefixes.map((each) => (address && contains(each, address) ? each.bits : 0))),
  );
}

function condition(chain: FilterChain): readonly true[] {
  return chain.plainHttpOnly ? [true] : [];
}

function prefixesOf({ cidrs }: FilterChain): readonly Prefix[] {
  return cidrs.flatMap((each) => (each.split('/')[0] === ANY_ADDRESS ? [] : (prefixOf(each) ?? [])));
}

function nameRank(sni: string, name: string): number {
  if (sni === name) return Number.MAX_SAFE_INTEGER;
  return hostCoveredBy(sni, name) ? name.length : 0;
}

/** Of chains that have this condition those that it fits best; where it fits none, those without it; all where none has it. */
function best<T>(
  chains: readonly FilterChain[],
  conditionsOf: (chain: FilterChain) => readonly T[],
  rank: (conditions: readonly T[]) => number,
): readonly FilterChain[] {
  let top = 0;
  let winners: FilterChain[] = [];
  const without: FilterChain[] = [];
  for (const chain of chains) {
    const conditions = conditionsOf(chain);
    if (conditions.length === 0) {
      without.push(chain);
      continue;
    }
    const own = rank(conditions);
    if (own > top) {
      top = own;
      winners = [chain];
    } else if (own > 0 && own === top) winners.push(chain);
  }
  return winners.length > 0 ? winners : without;
}

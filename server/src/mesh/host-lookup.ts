/** What one reader was told about hosts: a check asks for the same few again and again, of one kind after the other. */
import type { Kind } from '../manifest/types.ts';
import { suffixesOver } from './host-suffixes.ts';
import { key } from './keys.ts';
import type { MeshObject } from './mesh-object.ts';
import type { ReadLog } from './read-log.ts';
import type { ResourceIndex } from './resource-index.ts';

interface WildcardCell {
  /** What follows the first dot of its wildcards. */
  readonly suffix: string;
  /** Of all kinds. */
  readonly members: readonly MeshObject[];
}

export class HostLookup {
  readonly #reads: ReadLog;
  readonly #index: ResourceIndex;
  readonly #listing = new Map<Kind, Map<string, readonly MeshObject[]>>();
  readonly #over = new Map<string, readonly WildcardCell[]>();
  readonly #wildcards = new Map<string, readonly string[]>();

  /** @param reads where what was asked is noted: by one key for all kinds, since whoever asks for a host asks for several */
  constructor(reads: ReadLog, index: ResourceIndex) {
    this.#reads = reads;
    this.#index = index;
  }

  /** Resources that list exactly this host, in lower case. */
  listing(kind: Kind, host: string): readonly MeshObject[] {
    const given = this.#listing.get(kind) ?? new Map<string, readonly MeshObject[]>();
    if (given.size === 0) this.#listing.set(kind, given);
    const known = given.get(host);
    if (known) return known;
    this.#reads.add(key.about(host));
    const found = this.#index.members(key.hosting(kind, host));
    given.set(host, found);
    return found;
  }

  /** What lists wildcards over a host, by their ends, the longest first. */
  over(host: string): readonly WildcardCell[] {
    const known = this.#over.get(host);
    if (known) return known;
    const cells = suffixesOver(host).map((suffix): WildcardCell => {
      const each = key.wildcards(suffix);
      this.#reads.add(each);
      return { suffix, members: this.#index.members(each) };
    });
    this.#over.set(host, cells);
    return cells;
  }

  /** The wildcards (`*.example.com`) over a host in lower case, itself not among them, that something may list; the most specific first, `*` last. */
  wildcardsOver(host: string): readonly string[] {
    const known = this.#wildcards.get(host);
    if (known) return known;
    const found = this.over(host)
      .filter(({ members }) => members.length > 0)
      .map(({ suffix }) => (suffix === '' ? '*' : `*.${suffix}`))
      .filter((each) => each !== host);
    this.#wildcards.set(host, found);
    return found;
  }
}

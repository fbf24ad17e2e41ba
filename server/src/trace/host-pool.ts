/** Values by host, asked for the most specific one (`MostSpecificHostMatch` in `pilot/pkg/model/config.go`). */
import { isWildcard } from '../mesh/hosts.ts';
import { moreSpecific } from './host-names.ts';

export class HostPool<T> {
  readonly #exact = new Map<string, T>();
  readonly #wildcards = new Map<string, T>();

  get(host: string): T | undefined {
    return this.#exact.get(host) ?? this.#wildcards.get(host);
  }

  set(host: string, value: T): void {
    (isWildcard(host) ? this.#wildcards : this.#exact).set(host, value);
  }

  /** The value of this very host, else of the most specific wildcard that covers it. */
  mostSpecific(host: string): T | undefined {
    const own = this.get(host);
    if (own !== undefined) return own;
    const needle = isWildcard(host) ? host.slice(1) : host;
    let best: string | undefined;
    for (const each of this.#wildcards.keys()) {
      if (needle.endsWith(each.slice(1)) && (best === undefined || moreSpecific(each, best))) best = each;
    }
    return best === undefined ? undefined : this.#wildcards.get(best);
  }
}

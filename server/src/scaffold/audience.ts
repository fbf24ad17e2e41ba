/** Who may use a route, as lists of namespaces. */
import { compareText } from '../trace/plane.ts';
import type { Audience } from './request.ts';

export interface Readers {
  /** The namespaces whose proxies must see a resource; `all` for every one. */
  readonly audience: Audience;
  /** Namespaces of gateways that must see it too. */
  readonly gateways: readonly string[];
}

/**
 * The `exportTo` that shows a resource to those and no others.
 *
 * @param home the resource's namespace, written as `.`
 * @param defaults who sees a resource without one; undefined where that is not known
 * @returns undefined where none has to be written
 */
export function exportToFor(
  { audience, gateways }: Readers,
  home: string,
  defaults: readonly string[] | undefined,
): readonly string[] | undefined {
  if (audience === 'all') return defaults?.includes('*') ? undefined : ['*'];
  const names = [...new Set([...audience, ...gateways])].sort(compareText);
  return [...(names.includes(home) ? ['.'] : []), ...names.filter((name) => name !== home)];
}

/** `team-a, team-b`, or `every namespace`. */
export function audienceText(audience: Audience): string {
  return audience === 'all' ? 'every namespace' : audience.join(', ');
}

/** Changes of a request as the flags of `create` that make them. */
import type { RouteRequest } from '../scaffold/request.ts';

/** The flags to add to a command line. */
export function flagsOf(change: Partial<RouteRequest>): string {
  return Object.entries(change)
    .flatMap(([name, value]) => flags(name, value))
    .join(' ');
}

const NAMES: Readonly<Record<string, string>> = {
  host: 'host',
  pattern: 'pattern',
  form: 'form',
  port: 'port',
  gateway: 'gateway',
  namespace: 'namespace',
  audience: 'for',
  mutualHop: 'mtls-hop',
  credential: 'credential',
  hopPort: 'hop-port',
  subset: 'subset',
  set: 'set',
  server: 'server',
  writeTo: 'write-to',
  extend: 'extend',
};

function flags(name: string, value: unknown): readonly string[] {
  const flag = NAMES[name];
  if (flag === undefined || value === undefined) return [];
  if (value === false) return [`without --${flag}`];
  if (value === true) return [`--${flag}`];
  if (flag === 'extend') return (value as readonly string[]).map((each) => `--extend '${each}'`);
  return [`--${flag} ${Array.isArray(value) ? value.join(',') : String(value)}`];
}

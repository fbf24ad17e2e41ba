/** An address exactly as the application calls it: what is sent decides the pattern. */
import { isWildcard } from '../mesh/hosts.ts';
import type { RouteRequest } from './request.ts';
import { requestProblem } from './request-problem.ts';

/** A request for the address, or why the text is none: one plain sentence. */
export type AddressReading = { readonly request: RouteRequest } | { readonly problem: string };

const USUAL_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

/** @param text such as `https://api.example.com`; a path, a query and a user are of no account */
export function parseAddress(text: string): AddressReading {
  const trimmed = text.trim();
  const [, written, authority = ''] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(trimmed) ?? [];
  if (written === undefined)
    return { problem: 'Add http://, https:// or tcp://: what the application sends decides the pattern' };
  const scheme = written.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https' && scheme !== 'tcp')
    return { problem: `Write http://, https:// or tcp:// instead of ${written}://` };
  const [, name = '', port] = /^(?:.*@)?(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? [];
  if (name === '')
    return { problem: `Name a host, such as ${scheme}://api.example.com${scheme === 'tcp' ? ':5432' : ''}` };
  if (port !== undefined && !/^\d{1,5}$/.test(port)) return { problem: `'${port}' is no port: use 1 to 65535.` };
  if (scheme === 'tcp' && port === undefined) return { problem: `Name the port: tcp://${name}:5432` };
  const number = port === undefined ? undefined : Number(port);
  const request: RouteRequest = {
    host: name.toLowerCase(),
    pattern: scheme === 'https' ? (isWildcard(name) ? 'wildcard' : 'tls-passthrough') : scheme,
    ...(number === undefined || number === USUAL_PORTS[scheme] ? {} : { port: number }),
  };
  const problem = requestProblem(request);
  return problem === undefined ? { request } : { problem };
}

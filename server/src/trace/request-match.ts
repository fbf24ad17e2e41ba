/** Whether a request fits a route's conditions, as Envoy compares them. */
import type { HttpMatchSpec, TextMatch } from './route-spec.ts';

export interface Request {
  readonly host: string;
  readonly path: string;
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
}

export function requestFits(match: HttpMatchSpec | undefined, request: Request): boolean {
  if (!match) return true;
  const [path = '', query = ''] = request.path.split('?', 2);
  if (match.uri && !pathFits(match.uri, path, match.ignoreUriCase ? 'ignore-case' : 'exact-case')) return false;
  if (match.method && !textFits(match.method, request.method)) return false;
  if (match.authority && !textFits(match.authority, request.host)) return false;
  if (match.scheme && !textFits(match.scheme, request.scheme)) return false;
  const header = (name: string) => headerOf(request, name);
  for (const [name, each] of match.headers) {
    const value = header(name);
    if (value === undefined || !textFits(each, value)) return false;
  }
  for (const [name, each] of match.withoutHeaders) {
    // A missing header counts as an empty one, unless only its presence is asked for.
    const value = header(name) ?? (each.kind === 'any' || isStar(each) ? undefined : '');
    if (value !== undefined && textFits(each, value)) return false;
  }
  const parameters = new URLSearchParams(query);
  for (const [name, each] of match.queryParams) {
    const value = parameters.get(name);
    if (value === null || !textFits(each, value)) return false;
  }
  return true;
}

function headerOf(request: Request, name: string): string | undefined {
  const lower = name.toLowerCase();
  switch (lower) {
    case ':authority':
    case 'host':
      return request.host;
    case ':method':
      return request.method;
    case ':path':
      return request.path;
    case ':scheme':
      return request.scheme;
    default:
      return request.headers.get(lower);
  }
}

function pathFits(match: TextMatch, path: string, letters: 'ignore-case' | 'exact-case'): boolean {
  const fold = (text: string) => (letters === 'ignore-case' ? text.toLowerCase() : text);
  switch (match.kind) {
    case 'exact':
      return fold(path) === fold(match.value);
    case 'prefix':
      return fold(path).startsWith(fold(match.value));
    case 'path-prefix':
      return path === match.value || path.startsWith(`${match.value}/`);
    case 'regex':
      return regexOf(match.value)?.test(path) ?? false;
    case 'any':
      return true;
  }
}

function textFits(match: TextMatch, value: string): boolean {
  switch (match.kind) {
    case 'exact':
      return value === match.value;
    case 'prefix':
    case 'path-prefix':
      return value.startsWith(match.value);
    case 'regex':
      return isStar(match) || (regexOf(match.value)?.test(value) ?? false);
    case 'any':
      return true;
  }
}

function isStar(match: TextMatch): boolean {
  return match.kind === 'regex' && match.value === '*';
}

/** An RE2 expression that must match the whole text; undefined where this engine cannot read it. */
function regexOf(written: string): RegExp | undefined {
  const flags = /^\(\?([imsU]+)\)/.exec(written);
  const body = flags ? written.slice(flags[0].length) : written;
  try {
    return new RegExp(`^(?:${body.replace(/\(\?P</g, '(?<')})$`, (flags?.[1] ?? '').replace(/[^ims]/g, ''));
  } catch {
    return undefined;
  }
}

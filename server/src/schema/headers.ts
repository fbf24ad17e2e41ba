/** Headers that routes match, set and remove (`pkg/config/validation/validation.go`, `header_value_validator.go`). */
import { isTemplated } from '../yaml/placeholders.ts';
import { quoted } from './names.ts';
import type { View } from './view.ts';

const TOKEN = /^[!#$%&'*+\-.^_`|~A-Za-z0-9]+$/;
const PSEUDO = new Set([':method', ':scheme', ':authority', ':path', ':status']);
const CLAIM = '@request.auth.claims';

/** Whether a header stands for a claim of a JSON web token: `@request.auth.claims.sub`, `@request.auth.claims[sub]`. */
export function isClaim(name: string): boolean {
  if (!name.toLowerCase().startsWith(CLAIM)) return false;
  return /^(?:\..|\[.+\]$)/s.test(name.slice(CLAIM.length));
}

/** Whether a request can be matched by a header of this name. */
export function isMatchable(name: string): boolean {
  return isClaim(name) || PSEUDO.has(name) || TOKEN.test(name);
}

/** Whether browsers can be told of a header of this name. */
export function isHeaderName(name: string): boolean {
  return TOKEN.test(name);
}

/** `:authority`, or `host`, which stands for it. */
export function isAuthority(name: string): boolean {
  return /^(?::authority|host)$/i.test(name);
}

/** Checks what a rule or a destination does to headers. */
export function checkHeaders(owner: View): void {
  const headers = owner.object('headers');
  if (!headers) return;
  const request = headers.object('request');
  const response = headers.object('response');
  if (request) operations(request, 'request');
  if (response) operations(response, 'response');
}

function operations(of: View, side: 'request' | 'response'): void {
  for (const operation of ['add', 'set']) {
    for (const { key, keyRange, value, range } of of.pairs(operation, isTemplated)) {
      name(of, key, keyRange, side === 'request');
      const problem = value === undefined ? undefined : headerValueProblem(value);
      if (problem !== undefined)
        of.found.error('value-invalid', 'webhook', range, `The header value ${quoted(value ?? '')} ${problem}.`);
    }
  }
  for (const { value, range } of of.items('remove', isTemplated))
    if (value !== undefined) name(of, value, range, false);
}

function name(of: View, written: string, range: View['mark'], mayBeAuthority: boolean): void {
  const { found } = of;
  if (written === '') {
    found.error('name-invalid', 'webhook', range, 'A header name is empty.');
    return;
  }
  if (mayBeAuthority ? isAuthority(written) : false) return;
  if (!written.startsWith(':') && !/^host$/i.test(written)) return;
  found.error(
    'name-invalid',
    'webhook',
    range,
    `${quoted(written)} cannot be changed here: only a request's \`:authority\` or \`host\` can be set.`,
  );
}

/** Whether a text has a control character; a tab is none here. */
function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}

/** What is wrong with a value that Envoy reads: text with variables such as `%HOSTNAME%`; `%%` is a percent sign. */
export function headerValueProblem(value: string): string | undefined {
  if (hasControl(value)) return 'has a control character';
  let state: 'text' | 'name' | 'list' | 'item' | 'string' | 'next' | 'close' | 'end' = 'text';
  for (let at = 0; at < value.length; at++) {
    const char = value.charAt(at);
    switch (state) {
      case 'text':
        if (char !== '%') break;
        if (at + 1 === value.length) return 'ends with a lone `%`; a percent sign is `%%`';
        if (value.charAt(at + 1) === '%') at++;
        else state = 'name';
        break;
      case 'name':
        if (char === '%') state = 'text';
        else if (char === '(') state = 'list';
        break;
      case 'list':
        if (char === '[') state = 'item';
        else if (char !== ' ') state = 'string';
        break;
      case 'item':
        if (char === '"') state = 'string';
        else if (char !== ' ') return 'lists something that is not in quotes';
        break;
      case 'string':
        if (char === '\\') {
          if (at + 1 === value.length) return 'ends with a backslash';
          at++;
        } else if (char === ')') state = 'end';
        else if (char === '"') state = 'next';
        break;
      case 'next':
        if (char === ',') state = 'item';
        else if (char === ']') state = 'close';
        else if (char !== ' ') return 'has something between its quotes and the next comma';
        break;
      case 'close':
        if (char === ')') state = 'end';
        else if (char !== ' ') return 'has a variable whose bracket is not closed';
        break;
      case 'end':
        if (char === '%') state = 'text';
        else if (char !== ' ') return 'has a variable that does not end with `%`';
        break;
    }
  }
  return state === 'text' ? undefined : 'has a variable that does not end; a percent sign is `%%`';
}

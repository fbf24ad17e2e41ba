/** Calls as people write them: `[METHOD] URL from NAMESPACE[/label=value,…] [-H 'name: value']… [--address IP]`. */
import { isIpAddress } from '../mesh/hosts.ts';
import type { Call, CallProtocol, CallSource } from '../trace/types.ts';

/** A call, or why the text is none: one plain sentence. */
export type CallReading = { readonly call: Call } | { readonly problem: string };

export interface CallParts {
  readonly url: string;
  readonly from: CallSource;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly address?: string;
}

const DEFAULT_PORTS: Readonly<Record<CallProtocol, number | undefined>> = {
  http: 80,
  https: 443,
  tls: 443,
  tcp: undefined,
};

const HOW = 'Write it like: GET https://api.example.com/v1 from team-a';

/** Reads one line of text. Its words are parted as a shell parts them, so that a header may be in quotes. */
export function parseCall(text: string): CallReading {
  const words = wordsOf(text);
  if (words === undefined) return { problem: 'A quote is not closed.' };
  const options = takeOptions(words);
  if ('problem' in options) return options;
  const [first, ...others] = options.rest;
  const method = first?.includes('://') ? undefined : first;
  const [url, from, source, ...more] = method === undefined ? options.rest : others;
  if (method !== undefined && !/^[A-Za-z]+$/.test(method))
    return { problem: `Add http://, https://, tcp:// or tls://. ${HOW}` };
  if (url === undefined || url === '') return { problem: HOW };
  if (from === undefined || source === undefined) return { problem: `Say which namespace calls: ${url} from team-a` };
  if (from !== 'from' || more.length > 0) return { problem: HOW };
  const read = parseSource(source);
  if ('problem' in read) return read;
  const { headers, address } = options;
  return readCall({
    url,
    from: read.source,
    headers,
    ...(method === undefined ? {} : { method: method.toUpperCase() }),
    ...(address === undefined ? {} : { address }),
  });
}

/** Words between blanks; quotes hold a word together. Undefined where a quote is open at the end. */
function wordsOf(text: string): string[] | undefined {
  const words: string[] = [];
  const rest = text.replace(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g, (word) => {
    words.push(word.replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ''));
    return '';
  });
  return rest.trim() === '' ? words : undefined;
}

interface Options {
  readonly rest: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly address: string | undefined;
}

/** `-H 'name: value'` as curl takes it, and the command line's `--header` and `--address`. */
function takeOptions(words: readonly string[]): Options | { readonly problem: string } {
  const rest: string[] = [];
  const headers: Record<string, string> = {};
  let address: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '-H' || word === '--header') {
      const header = parseHeader(words[++i] ?? '');
      if ('problem' in header) return header;
      headers[header.name] = header.value;
    } else if (word === '--address') address = words[++i] ?? '';
    else if (word.startsWith('-'))
      return { problem: `'${word}' is not known here: use -H 'name: value' or --address IP.` };
    else rest.push(word);
  }
  return { rest, headers, address };
}

/** Reads `name: value`, as it is written in HTTP, or `name=value`. */
export function parseHeader(
  text: string,
): { readonly name: string; readonly value: string } | { readonly problem: string } {
  const match = /^([^=:\s]+)\s*[=:]\s*(.*)$/.exec(text);
  if (!match?.[1]) return { problem: `'${text}' is no header: write 'name: value'.` };
  return { name: match[1], value: match[2] ?? '' };
}

/** Reads `NAMESPACE[/label=value,…]`; the command line has a comma in place of the slash, and both are taken. */
export function parseSource(text: string): { readonly source: CallSource } | { readonly problem: string } {
  const [namespace = '', ...pairs] = text.split(/[/,]/);
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(namespace))
    return { problem: `'${namespace}' is no name of a namespace.` };
  if (pairs.length === 0) return { source: { namespace } };
  const labels: Record<string, string> = {};
  for (let i = 0; i < pairs.length; i++) {
    // A label's name may have a slash of its own: app.kubernetes.io/name=web.
    const pair = pairs[i]?.includes('=') ? pairs[i] : `${pairs[i]}/${pairs[++i] ?? ''}`;
    const equals = pair?.indexOf('=') ?? -1;
    if (pair === undefined || equals < 1)
      return { problem: `'${pairs.join(',')}' is no list of labels: write label=value.` };
    labels[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return { source: { namespace, labels } };
}

/** A call from its parts, with what the URL leaves out filled in. */
export function readCall({ url, from, method, headers, address }: CallParts): CallReading {
  const match = /^([a-z]+):\/\/(\[[^\]\s]+\]|[^/:?#@[\]\s]+)(?::(\d+))?([/?][^\s#]*)?$/i.exec(url);
  if (!match) {
    const scheme = /^[a-z]+:\/\//i.test(url);
    return {
      problem: scheme
        ? `'${url}' is no address of a call. ${HOW}`
        : 'Add http://, https://, tcp:// or tls://: what the application sends decides the way.',
    };
  }
  const [, scheme = '', written = '', digits, rest = ''] = match;
  const protocol = (['http', 'https', 'tls', 'tcp'] as const).find((each) => each === scheme.toLowerCase());
  if (!protocol) return { problem: `'${scheme}://' is not known: use http://, https://, tcp:// or tls://.` };
  const host = written.replace(/^\[|\]$/g, '').toLowerCase();
  if (host.includes('*'))
    return { problem: `A call goes to one host: write www${host.replace(/^\*/, '')}, for example.` };
  const port = digits === undefined ? DEFAULT_PORTS[protocol] : Number(digits);
  if (port === undefined) return { problem: `Add the port: ${url}:5432, for example.` };
  if (port < 1 || port > 65_535) return { problem: `${port} is no port: use 1 to 65535.` };
  if (address !== undefined && !isIpAddress(address)) return { problem: `'${address}' is no IP address.` };
  const dialled = address ?? (isIpAddress(host) ? host : undefined);
  const web = protocol === 'http' || protocol === 'https';
  const path = rest.startsWith('?') ? `/${rest}` : rest;
  if (!web && Object.keys(headers ?? {}).length > 0)
    return { problem: `${protocol}:// has no headers: leave them out.` };
  if (!web && path !== '' && path !== '/') return { problem: `${protocol}:// has no path: leave ${path} out.` };
  return {
    call: {
      from,
      host,
      port,
      protocol,
      ...(web && path !== '' ? { path } : {}),
      ...(web && method !== undefined ? { method } : {}),
      ...(web && headers !== undefined && Object.keys(headers).length > 0 ? { headers } : {}),
      ...(dialled === undefined ? {} : { address: dialled }),
    },
  };
}

/** The address of a call, as short as it can be written: `http://httpbin.com`, `tcp://db.example.com:5432`. */
export function urlText({ protocol, host, port, path = '' }: Call): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  const usual = DEFAULT_PORTS[protocol] === port && protocol !== 'tls';
  return `${protocol}://${shown}${usual ? '' : `:${port}`}${path === '/' ? '' : path}`;
}

/** What `parseCall` reads back to the same call. */
export function callText(call: Call): string {
  const headers = Object.entries(call.headers ?? {}).map(([name, value]) => ` -H ${quoted(`${name}: ${value}`)}`);
  const address = call.address === undefined || call.address === call.host ? '' : ` --address ${call.address}`;
  return `${callTitle(call)}${headers.join('')}${address}`;
}

/** The same without headers and address: what a line can hold. */
export function callTitle(call: Call): string {
  const method = call.method === undefined || call.method === 'GET' ? '' : `${call.method} `;
  return `${method}${urlText(call)} from ${sourceText(call.from)}`;
}

/** As one word, whatever quotes it has in it. */
function quoted(text: string): string {
  return text.includes("'") ? `"${text.replaceAll('"', `"'"'"`)}"` : `'${text}'`;
}

/** `app`, `app/version=v2`. A namespace that no YAML names is said to be so. */
export function sourceText({ namespace, labels }: CallSource): string {
  const pairs = Object.entries(labels ?? {}).map(([label, value]) => `${label}=${value}`);
  const name = namespace === '' ? 'a namespace that is not written' : namespace;
  return pairs.length === 0 ? name : `${name}/${pairs.join(',')}`;
}

/** IP addresses and CIDR blocks, as Go's `net/netip` reads them. */

export interface Prefix {
  readonly value: bigint;
  readonly bits: number;
  /** 32 or 128. */
  readonly width: number;
}

/** A CIDR block, or an address as a block of one; undefined where the text is neither. */
export function prefixOf(text: string): Prefix | undefined {
  const [address = '', length, ...rest] = text.split('/');
  if (rest.length > 0) return undefined;
  const parsed = address.includes(':') ? ipv6(address) : ipv4(address);
  if (!parsed) return undefined;
  if (length === undefined) return { ...parsed, bits: parsed.width };
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > parsed.width) return undefined;
  return { ...parsed, bits: Number(length) };
}

/** Whether the text is an IPv4 or IPv6 address; the latter may name a zone. */
export function isIpAddress(text: string): boolean {
  if (!/^[\d:a-fA-F]/.test(text)) return false;
  if (!text.includes(':')) return ipv4Number(text) !== undefined;
  const zone = text.indexOf('%');
  if (zone < 0) return ipv6(text) !== undefined;
  return zone < text.length - 1 && ipv6(text.slice(0, zone)) !== undefined;
}

function ipv4(text: string): { value: bigint; width: number } | undefined {
  const value = ipv4Number(text);
  return value === undefined ? undefined : { value: BigInt(value), width: 32 };
}

/** The four numbers as one, without leading zeros as written. Asked of every host: most are told apart by their first letter. */
function ipv4Number(text: string): number | undefined {
  if (!/^\d/.test(text)) return undefined;
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    const number = Number(part);
    // Nothing but digits reads the same when it is written again.
    if (!(number >= 0 && number <= 255) || String(number) !== part) return undefined;
    value = value * 256 + number;
  }
  return value;
}

function ipv6(text: string): { value: bigint; width: number } | undefined {
  const halves = withHexTail(text)?.split('::');
  if (!halves || halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  let value = 0n;
  for (const group of [...head, ...Array<string>(missing).fill('0'), ...tail]) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
    value = (value << 16n) | BigInt(`0x${group}`);
  }
  return { value, width: 128 };
}

/** An IPv4 address at the end (`::ffff:192.0.2.1`) stands for two groups. */
function withHexTail(text: string): string | undefined {
  const dot = text.indexOf('.');
  if (dot < 0) return text;
  const start = text.lastIndexOf(':') + 1;
  const tail = ipv4(text.slice(start));
  if (!tail) return undefined;
  return `${text.slice(0, start)}${(tail.value >> 16n).toString(16)}:${(tail.value & 0xffffn).toString(16)}`;
}

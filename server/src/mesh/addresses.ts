/** IP addresses and CIDR blocks, as far as filter chains compare them. */

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
  if (!/^\d{1,3}$/.test(length) || Number(length) > parsed.width) return undefined;
  return { ...parsed, bits: Number(length) };
}

/** The block with all bits outside its length cleared, so that equal blocks are equal texts. */
export function maskedText(prefix: Prefix): string {
  return `${prefix.width}:${masked(prefix)}/${prefix.bits}`;
}

export function contains(prefix: Prefix, address: Prefix): boolean {
  if (prefix.width !== address.width) return false;
  return masked(prefix) === masked({ ...address, bits: prefix.bits });
}

function masked({ value, bits, width }: Prefix): bigint {
  const shift = BigInt(width - bits);
  return (value >> shift) << shift;
}

function ipv4(text: string): { value: bigint; width: number } | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return { value, width: 32 };
}

function ipv6(text: string): { value: bigint; width: number } | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
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

/** IP addresses and CIDR blocks, as far as filter chains compare them. */
import type { Prefix } from '../schema/addresses.ts';

export { type Prefix, prefixOf } from '../schema/addresses.ts';

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

/** Names made of hosts. */

/** The longest name of a label in DNS, which subsets and many tools hold names to. */
const LONGEST = 63;

/**
 * A host as a name: `api-example-com`, `wildcard-example-com`. Of a name that would be too long the end is replaced by a hash, so that different hosts
 * keep different names.
 *
 * @param prefix put before it, and counted
 */
export function slugOf(host: string, prefix = ''): string {
  const words = host
    .toLowerCase()
    .replace(/^\*/, 'wildcard')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return shorten(`${prefix}${words || 'host'}`, host);
}

/** The first of `name`, `name-2`, `name-3`, … that is free. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(name)) return name;
  for (let count = 2; ; count++) {
    const next = shorten(`${name}-${count}`, `${name} ${count}`);
    if (!isTaken(next)) return next;
  }
}

function shorten(name: string, whole: string): string {
  if (name.length <= LONGEST) return name;
  const hash = hashOf(whole);
  return `${name.slice(0, LONGEST - hash.length - 1).replace(/-+$/, '')}-${hash}`;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** Host names and how they cover each other (`pkg/config/host/name.go`). */

export function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

/** Whether two hosts overlap: `Name.Matches`. Case counts. */
export function hostsOverlap(a: string, b: string): boolean {
  const wildA = isWildcard(a);
  const wildB = isWildcard(b);
  if (wildA && wildB) {
    const [short, long] = a.length < b.length ? [a, b] : [b, a];
    return long.slice(1).endsWith(short.slice(1));
  }
  if (wildA) return b.endsWith(a.slice(1));
  if (wildB) return a.endsWith(b.slice(1));
  return a === b;
}

/** Whether everything that `inner` matches is matched by `outer`: `Name.SubsetOf`. */
export function hostCoveredBy(inner: string, outer: string): boolean {
  const wildInner = isWildcard(inner);
  const wildOuter = isWildcard(outer);
  if (wildInner && wildOuter) return inner.length >= outer.length && inner.slice(1).endsWith(outer.slice(1));
  if (wildInner) return false;
  if (wildOuter) return inner.endsWith(outer.slice(1));
  return inner === outer;
}

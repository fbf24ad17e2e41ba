/** Members that are mostly one and now and then thousands: one costs no container, many are added and removed at once. */

/** `undefined` is empty. Members are never Sets themselves. */
export type Bag<T extends object> = undefined | T | Set<T>;

/** The bag with this member, in place of the one that was given. */
export function withMember<T extends object>(bag: Bag<T>, member: T): Bag<T> {
  if (bag === undefined || bag === member) return member;
  if (bag instanceof Set) return bag.add(member);
  return new Set([bag, member]);
}

/** The bag without this member, in place of the one that was given. */
export function withoutMember<T extends object>(bag: Bag<T>, member: T): Bag<T> {
  if (bag === member) return undefined;
  if (!(bag instanceof Set)) return bag;
  bag.delete(member);
  return bag.size === 0 ? undefined : bag;
}

const NONE: readonly never[] = [];

/** A list of the members of its own: what happens to the bag later does not reach it. */
export function membersOf<T extends object>(bag: Bag<T>): readonly T[] {
  if (bag === undefined) return NONE;
  return bag instanceof Set ? [...bag] : [bag];
}

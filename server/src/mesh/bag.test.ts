import { describe, expect, it } from 'vitest';
import { type Bag, membersOf, withMember, withoutMember } from './bag.ts';

const [a, b, c] = [{ name: 'a' }, { name: 'b' }, { name: 'c' }] as const;

function bagOf(...members: readonly { readonly name: string }[]): Bag<{ readonly name: string }> {
  return members.reduce<Bag<{ readonly name: string }>>(withMember, undefined);
}

describe('a bag', () => {
  it('holds each member once', () => {
    expect(membersOf(bagOf())).toEqual([]);
    expect(membersOf(bagOf(a))).toEqual([a]);
    expect(membersOf(bagOf(a, a))).toEqual([a]);
    expect(membersOf(bagOf(a, b, a, c, b))).toEqual([a, b, c]);
  });

  it('is empty again when its members are gone', () => {
    expect(withoutMember(bagOf(a), a)).toBeUndefined();
    expect(withoutMember(withoutMember(bagOf(a, b), b), a)).toBeUndefined();
  });

  it('keeps its members when another is removed', () => {
    expect(membersOf(withoutMember(bagOf(), a))).toEqual([]);
    expect(membersOf(withoutMember(bagOf(a), b))).toEqual([a]);
    expect(membersOf(withoutMember(bagOf(a, b), c))).toEqual([a, b]);
  });

  it('gives lists that do not change with it', () => {
    const bag = bagOf(a, b);
    const list = membersOf(bag);
    withMember(bag, c);
    expect(list).toEqual([a, b]);
  });
});

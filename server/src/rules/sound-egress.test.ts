import { describe, expect, it } from 'vitest';
import { codesOf, HTTP, MUTUAL, PASSTHROUGH, SERVICE } from '../../../test/support/egress.ts';

describe('a sound way out', () => {
  it.each([
    ['plain', HTTP],
    ['with mutual TLS of the mesh', MUTUAL],
    ['for TLS of applications', PASSTHROUGH],
  ])('is silent: %s', (_title, egress) => {
    expect(codesOf(egress)).toEqual([]);
    expect(codesOf({ ...egress, more: SERVICE })).toEqual([]);
  });
});

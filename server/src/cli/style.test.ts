import { describe, expect, it } from 'vitest';
import { styleFor } from './style.ts';

const colours = (isTTY: boolean, variables: Readonly<Record<string, string>>) =>
  styleFor({ isTTY }, variables).strong('x') !== 'x';

describe('colours', () => {
  it('are for terminals', () => {
    expect(colours(true, {})).toBe(true);
    expect(colours(true, { TERM: 'dumb' })).toBe(false);
    expect(colours(false, {})).toBe(false);
  });

  it('follow FORCE_COLOR and NO_COLOR', () => {
    expect(colours(false, { FORCE_COLOR: '1' })).toBe(true);
    expect(colours(true, { FORCE_COLOR: '0' })).toBe(false);
    expect(colours(true, { NO_COLOR: '1' })).toBe(false);
    expect(colours(true, { NO_COLOR: '' })).toBe(true);
    expect(colours(true, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
  });
});

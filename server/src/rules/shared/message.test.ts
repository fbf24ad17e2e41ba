import { describe, expect, it } from 'vitest';
import { message } from './message.ts';

const LONG = 'x'.repeat(112);

describe('a message', () => {
  it('has all its parts where they fit', () => {
    expect(message('404: no rule.', 'Because.', 'Add one.')).toBe('404: no rule. Because. Add one.');
  });

  it('leaves the explanation out first', () => {
    expect(message(`404: ${LONG}.`, 'y'.repeat(80), 'Add one.')).toBe(`404: ${LONG}. Add one.`);
  });

  it('then counts names instead of naming them', () => {
    const text = message(
      `503 NC in sidecars of \`team-a\`, \`team-b\` and 2 more: ${LONG}.`,
      '',
      'Add it to `istio-system`, or drop it.',
    );
    expect(text).toBe(`503 NC in sidecars of \`team-a\` and 3 more: ${LONG}. Add it to \`istio-system\`, or drop it.`);
  });

  it('then offers one remedy', () => {
    const text = message(
      `503 NC in sidecars of \`team-a\` and \`team-b\`: ${LONG}.`,
      '',
      `Add it to \`istio-system\`, or ${'z'.repeat(30)}.`,
    );
    expect(text).toBe(`503 NC in sidecars of \`team-a\` and 1 more: ${LONG}. Add it to \`istio-system\`.`);
  });

  it('then leaves out whose sidecars they are', () => {
    const text = message(`503 NC in sidecars of \`team-a\`: ${LONG}.`, '', `Add it to \`${'z'.repeat(50)}\`.`);
    expect(text).toBe(`503 NC in sidecars: ${LONG}. Add it to \`${'z'.repeat(50)}\`.`);
  });
});

import type { Rule } from './rule.ts';

export const allRules: readonly Rule[] = [];

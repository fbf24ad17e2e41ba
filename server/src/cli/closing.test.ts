import { describe, expect, it } from 'vitest';
import type { Summary } from '../analysis/types.ts';
import type { Finding, Severity } from '../rules/finding.ts';
import { closing } from './closing.ts';

const range = { start: 0, end: 0 };
const summary: Summary = { files: 3, resources: 9, routes: 0, failing: 0, warned: 0, list: [], unchecked: [] };
const needing = (...names: readonly string[]) => names.map((needs) => ({ path: '/a.yaml', range, needs }));
const found = (severity: Severity, fixable?: 'safe' | 'review'): Finding => ({
  code: 'x',
  severity,
  path: '/a.yaml',
  range,
  message: '',
  related: [],
  fixes: fixable ? [{ title: '', preferred: true, safety: fixable, edits: [] }] : [],
});

describe('the last lines', () => {
  it('say what was checked and what could not be', () => {
    expect(
      closing([], { ...summary, routes: 14, failing: 2, unchecked: needing('Gateway istio-system/shared') }, 'dir'),
    ).toBe(
      '14 routes: 11 pass, 2 fail, 1 not checked (needs Gateway istio-system/shared). Read 3 files, 9 resources.\n',
    );
  });

  it('name each need once, and not all of many', () => {
    const unchecked = needing('Gateway a/a', 'Gateway a/a', 'Gateway b/b', 'Gateway c/c', 'Gateway d/d', 'Gateway e/e');
    expect(closing([], { ...summary, routes: 6, unchecked }, 'dir')).toBe(
      '6 routes: 0 pass, 0 fail, 6 not checked (needs Gateway a/a, Gateway b/b, Gateway c/c and 2 more). Read 3 files, 9 resources.\n',
    );
  });

  it('count findings by severity, and those that --fix takes away', () => {
    const findings = [
      found('error', 'safe'),
      found('error', 'review'),
      found('warning'),
      found('information'),
      found('hint'),
    ];
    expect(closing(findings, { ...summary, files: 1, resources: 1, routes: 1, failing: 1 }, 'dir')).toBe(
      '2 errors, 1 warning, 1 information, 1 hint (1 can be fixed with --fix)\n1 route: 0 pass, 1 fail. Read 1 file, 1 resource.\n',
    );
  });

  it('say that there was nothing to check', () => {
    expect(closing([], summary, 'dir')).toBe('No egress route found. Read 3 files, 9 resources.\n');
    expect(closing([], { ...summary, files: 0, resources: 0 }, 'dir')).toBe('No Istio YAML found in dir.\n');
  });
});

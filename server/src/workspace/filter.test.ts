import { describe, expect, it } from 'vitest';
import { createFilter, type IgnoreFile } from './filter.ts';
import { DEFAULT_SETTINGS } from './settings.ts';

function kept(paths: readonly string[], exclude: readonly string[], ignoreFiles: readonly IgnoreFile[] = []) {
  const filter = createFilter({ root: '/w', exclude, ignoreFiles });
  return paths.filter((path) => filter.keepsFile(`/w/${path}`));
}

describe('the filter', () => {
  it('leaves vendored trees and Git out by default', () => {
    const paths = [
      'a.yaml',
      'node_modules/a.yaml',
      'deep/node_modules/x/a.yaml',
      'vendor/a.yaml',
      'x/third_party/a.yaml',
      'istio-1.22.3/samples/a.yaml',
      'istio-system/a.yaml',
      '.git/a.yaml',
      '.github/a.yaml',
      'vendors/a.yaml',
    ];
    expect(kept(paths, DEFAULT_SETTINGS.exclude)).toEqual([
      'a.yaml',
      'istio-system/a.yaml',
      '.github/a.yaml',
      'vendors/a.yaml',
    ]);
  });

  it.each([
    ['third', ['third/a.yaml', 'x/third/a.yaml']],
    ['/third', ['third/a.yaml']],
    ['third/', ['third/a.yaml', 'x/third/a.yaml']],
    ['./x/third', ['x/third/a.yaml']],
    ['x/**', ['x/third/a.yaml', 'x/b.yaml']],
    ['*.gen.yaml', ['c.gen.yaml']],
    ['**/b.yaml', ['x/b.yaml']],
  ])('takes the pattern %s', (pattern, gone) => {
    const paths = ['third/a.yaml', 'x/third/a.yaml', 'x/b.yaml', 'c.gen.yaml'];
    expect(kept(paths, [pattern])).toEqual(paths.filter((path) => !gone.includes(path)));
  });

  it('follows .gitignore at every level, the nearest first, and never into an ignored folder', () => {
    const paths = ['a.yaml', 'out/a.yaml', 'x/a.yaml', 'x/keep.yaml', 'x/y/a.yaml', 'rendered/keep.yaml'];
    const ignoreFiles = [
      { folder: '/w', text: 'out/\nrendered/\na.yaml\n!/a.yaml\n' },
      { folder: '/w/x', text: '!y/a.yaml\n' },
      { folder: '/w/rendered', text: '!keep.yaml\n' },
    ];
    expect(kept(paths, [], ignoreFiles)).toEqual(['a.yaml', 'x/keep.yaml', 'x/y/a.yaml']);
    expect(createFilter({ root: '/w', exclude: [], ignoreFiles }).keepsFolder('/w/out')).toBe(false);
  });

  it('keeps nothing outside of the folder', () => {
    expect(createFilter({ root: '/w', exclude: [], ignoreFiles: [] }).keepsFile('/workspace/a.yaml')).toBe(false);
  });
});

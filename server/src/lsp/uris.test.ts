import { expect, it } from 'vitest';
import { isOnDisk, isUntitled, toPath, toUri, Uris } from './uris.ts';

it.each([
  ['file:///repo/a%20b/c.yaml', '/repo/a b/c.yaml'],
  ['file:///c%3A/repo/c.yaml', 'c:/repo/c.yaml'],
  ['file://server/share/c.yaml', '//server/share/c.yaml'],
  ['vscode-vfs://github/owner/name/c.yaml', 'vscode-vfs://github/owner/name/c.yaml'],
])('%s is %s and back', (uri, path) => {
  expect(toPath(uri)).toBe(path);
  expect(toUri(path)).toBe(uri);
});

it('is one path however the client spells it, and answered in its spelling', () => {
  const uris = new Uris();
  const path = uris.opened('file:///C:/repo/a+b.yaml');
  expect(path).toBe(toPath('file:///c%3A/repo/a%2Bb.yaml'));
  expect(uris.uri(path)).toBe('file:///C:/repo/a+b.yaml');
});

it('has no slash at the end', () => {
  expect(toPath('file:///repo/')).toBe('/repo');
  expect(toPath('file:///')).toBe('/');
});

it('gives every untitled document a folder of its own', () => {
  const [one, two] = [toPath('untitled:Untitled-1'), toPath('untitled:Untitled-2')];
  expect([isUntitled(one), isOnDisk(one), one === two]).toEqual([true, false, false]);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, exampleCopy, folderWith, run } from './run.ts';

beforeAll(build, 120_000);

async function codes(args: readonly string[], folder?: string): Promise<readonly string[]> {
  const { stdout } = await run([...args, '--format', 'json'], folder === undefined ? {} : { folder });
  const report = JSON.parse(stdout) as {
    readonly findings: readonly { readonly code: string; readonly path: string }[];
  };
  return report.findings.map(({ code, path }) => `${path} ${code}`);
}

describe('what is checked', () => {
  const inRoute = 'egress/virtualservice.yaml gateway-not-found';
  const inEntry = 'egress/serviceentry.yaml service-entry-hidden-from-gateway';

  it('is a folder, told absolutely or from where the user stands', async () => {
    const folder = exampleCopy();
    expect(await codes(['check', folder])).toEqual([inEntry, inRoute]);
    expect(await codes(['check', 'egress/..'], folder)).toEqual([inEntry, inRoute]);
  });

  it('is what comes on standard input, as one file', async () => {
    const folder = exampleCopy();
    const files = ['egress/serviceentry.yaml', 'egress/virtualservice.yaml', 'istio-system/gateway.yaml'];
    const input = files.map((path) => readFileSync(join(folder, path), 'utf8')).join('\n---\n');
    const { code, stdout } = await run(['check', '-', '--format', 'json'], { input, folder: folderWith({}) });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [
        { code: 'service-entry-hidden-from-gateway', path: '-' },
        { code: 'gateway-not-found', path: '-' },
      ],
      files: 1,
      resources: 3,
    });
  });

  it('is one file with what stands beside it, reported on alone', async () => {
    const folder = exampleCopy();
    const { code, stdout } = await run(['check', join(folder, 'istio-system/gateway.yaml'), '--format', 'json']);
    expect({ code, report: JSON.parse(stdout) }).toMatchObject({
      code: 0,
      report: { findings: [], files: 1, resources: 1 },
    });
  });

  it('is looked up in the context that the settings name, which is not reported on', async () => {
    const example = exampleCopy();
    const gateway = readFileSync(join(example, 'istio-system/gateway.yaml'), 'utf8');
    const route = readFileSync(join(example, 'egress/virtualservice.yaml'), 'utf8');
    const folder = folderWith({
      'app/.istio-egress.yaml': 'context: [../platform]\n',
      'app/route.yaml': route,
      'platform/gateway.yaml': gateway,
      'platform/route.yaml': route
        .replace('name: gateway-routing', 'name: other')
        .replaceAll('httpbin.com', 'other.com'),
    });
    expect(await codes(['check', join(folder, 'app')])).toEqual(['route.yaml gateway-not-found']);
    const { stdout } = await run(['check', '-', '--format', 'json'], { input: route, folder: join(folder, 'app') });
    expect(JSON.parse(stdout)).toMatchObject({ findings: [{ code: 'gateway-not-found', path: '-' }] });
  });

  it('tells mistakes in the settings', async () => {
    const folder = folderWith({ '.istio-egress.yaml': 'defaultNamespce: a\n' });
    expect(await codes(['check', folder])).toEqual(['.istio-egress.yaml settings-invalid']);
  });
});

describe('--only', () => {
  const inRoute = 'egress/virtualservice.yaml gateway-not-found';
  const inEntry = 'egress/serviceentry.yaml service-entry-hidden-from-gateway';

  it.each([
    ['a file, from where the user stands', ['virtualservice.yaml'], [inRoute]],
    ['a file, from the checked folder', ['egress/serviceentry.yaml'], [inEntry]],
    ['several files', ['virtualservice.yaml', 'serviceentry.yaml'], [inEntry, inRoute]],
    ['a folder', ['.'], [inEntry, inRoute]],
    ['a file without findings', ['../istio-system/gateway.yaml'], []],
  ])('reports on %s', async (_, files, expected) => {
    const folder = exampleCopy();
    expect(await codes(['check', '..', '--only', ...files], join(folder, 'egress'))).toEqual(expected);
  });

  it('refuses files that are not there or not in the folder', async () => {
    const folder = exampleCopy();
    const outside = folderWith({ 'other.yaml': '' });
    for (const file of ['nothing.yaml', join(outside, 'other.yaml')]) {
      const { code, stdout, stderr } = await run(['check', folder, '--only', file]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(file);
    }
  });
});

describe('exit codes', () => {
  it.each([
    ['error', 1],
    ['hint', 1],
    ['never', 0],
  ])('follow --fail-on %s', async (severity, code) => {
    expect((await run(['check', exampleCopy(), '--fail-on', severity])).code).toBe(code);
  });

  it.each([
    [['check', 'nowhere'], 'istio-egress: no such folder: nowhere\n'],
    [['check'], 'istio-egress: check needs a folder, or - for standard input\nTry istio-egress --help\n'],
    [['check', '.', '--nope'], "istio-egress: unknown option '--nope'\nTry istio-egress --help\n"],
    [[], 'istio-egress: a command is missing\nTry istio-egress --help\n'],
  ])('are 2 for %j', async (args, stderr) => {
    expect(await run(args, { folder: folderWith({}) })).toEqual({ code: 2, stdout: '', stderr });
  });
});

describe('help and version', () => {
  it('are printed on standard output', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
      readonly version: string;
    };
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const help = await run(['--help']);
    expect({ code: help.code, stderr: help.stderr }).toEqual({ code: 0, stderr: '' });
    for (const word of ['--format', '--fix', '--dry-run', '--only', '--fail-on']) expect(help.stdout).toContain(word);
  });
});

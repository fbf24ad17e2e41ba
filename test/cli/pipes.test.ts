import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { beforeAll, describe, expect, it } from 'vitest';
import { generate, ROUTES_PER_FAULT } from '../bench/generate.ts';
import { build, folderWith, program } from './run.ts';

beforeAll(build, 120_000);

/** Every route as the faulty one of the generator: their findings are much more than a pipe holds. */
function manyFaults(): string {
  const routes = generate(4 * 400);
  const faulty = routes.map(({ path, text }) => [path, text.replaceAll('istio-system/partner', 'partner')] as const);
  return folderWith(Object.fromEntries(faulty));
}

describe('a pipe', () => {
  it('gets everything, however late it is read', async () => {
    const child = spawn(process.execPath, [program, 'check', manyFaults(), '--format', 'json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'readable');
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    const [code] = await once(child, 'close');
    const { findings } = JSON.parse(output) as { readonly findings: readonly unknown[] };
    expect(output.length).toBeGreaterThan(300_000);
    expect(findings.length).toBeGreaterThan(400 - 400 / ROUTES_PER_FAULT);
    expect(code).toBe(1);
  });

  it('that is closed early is no fault', async () => {
    const child = spawn(process.execPath, [program, 'check', manyFaults()], { stdio: ['ignore', 'pipe', 'pipe'] });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaints += chunk;
    });
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect({ code, complaints }).toEqual({ code: 1, complaints: '' });
  });
});

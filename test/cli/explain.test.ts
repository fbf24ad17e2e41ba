import { beforeAll, describe, expect, it } from 'vitest';
import { allRules } from '../../server/src/rules/all.generated.ts';
import { explain } from '../../server/src/cli/explain.ts';
import { build, folderWith, run } from './run.ts';

beforeAll(build, 120_000);

describe('check --explain', () => {
  it('prints the page of a rule, wrapped, with its examples', async () => {
    const { code, stdout, stderr } = await run(['check', '--explain', 'match-gateway-not-listed']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^.+\nmatch-gateway-not-listed \(fault, warning\)\n\n/);
    const headings = stdout.split('\n').filter((line) => /^(What|Why|Wrong|Right|Sources)/.test(line));
    expect(headings).toEqual(['What is seen', 'Why', 'What to do', 'Wrong', 'Right', 'Sources']);
    expect(stdout).toContain('\n    # -- ');
  });

  it('asks what was meant, and is exit code 2', async () => {
    expect(await run(['check', '--explain', 'gateway-not-fond'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'istio-egress: there is no rule gateway-not-fond. Did you mean gateway-not-found?\n',
    });
  });

  it.each(allRules.map(({ code }) => code))('has prose of at most 80 columns for %s', (code) => {
    const [prose = ''] = explain(code).split(/\n(?:Wrong|Sources)\n/);
    const tooLong = prose.split('\n').filter((line) => line.length > 80 && line.includes(' '));
    expect(tooLong).toEqual([]);
  });
});

describe('check --format json', () => {
  it('tells which routes could not be checked, and what they need', async () => {
    const folder = folderWith({
      'route.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [mesh, platform/shared]
  http:
    - match: [{gateways: [mesh]}]
      route: [{destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}}]
    - match: [{gateways: [platform/shared]}]
      route: [{destination: {host: api.example.com, port: {number: 80}}}]
`,
    });
    const { stdout } = await run(['check', folder, '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      routes: { total: 1, pass: 0, fail: 0, unchecked: 1 },
      unchecked: [
        {
          path: 'route.yaml',
          range: { start: { line: 5, character: 19 }, end: { line: 5, character: 34 } },
          needs: 'Gateway platform/shared',
        },
      ],
    });
    expect((await run(['check', folder])).stdout).toContain(
      '1 route: 0 pass, 0 fail, 1 not checked (needs Gateway platform/shared).',
    );
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { build, exampleCopy, folderWith, run } from './run.ts';

beforeAll(build, 120_000);

const example = `egress/serviceentry.yaml:10:5 error service-entry-hidden-from-gateway 503 NC at the egress gateway: its pods run in \`istio-system\`, but this exportTo shows httpbin.com only to \`egress\`. Add \`istio-system\`.
  10 |   - "."
     |     ^^^
     = egress/virtualservice.yaml:28:15 Sends httpbin.com on from the gateway.
     = istio-system/gateway.yaml:8:4 Selects the gateway's pods.
     = egress/virtualservice.yaml:4:9 Shows that the gateway's pods run in \`istio-system\`.
     = fix: Add istio-system to exportTo

egress/virtualservice.yaml:13:5 error gateway-not-found 404 at the egress gateway: Gateway \`egress/istio-egressgateway\` does not exist. A name without a namespace means the VirtualService's own. Use \`istio-system/istio-egressgateway\`.
  13 |   - istio-egressgateway
     |     ^^^^^^^^^^^^^^^^^^^
     = istio-system/gateway.yaml:4:8 The Gateway that is probably meant.
     = egress/virtualservice.yaml:25:9 The same name here; the fix changes both.
     = fix: Use istio-system/istio-egressgateway (2 places)

2 errors (2 can be fixed with --fix)
1 route: 0 pass, 1 fail. Read 3 files, 3 resources.
`;

describe('check', () => {
  it('prints the findings of the example, with the tokens underlined', async () => {
    const { code, stdout, stderr } = await run(['check', '.'], { folder: exampleCopy() });
    expect(stdout).toBe(example);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  it('prints them as data for programs, its shape a contract', async () => {
    const { code, stdout, stderr } = await run(['check', exampleCopy(), '--format', 'json']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      findings: [
        {
          code: 'service-entry-hidden-from-gateway',
          severity: 'error',
          path: 'egress/serviceentry.yaml',
          range: { start: { line: 9, character: 4 }, end: { line: 9, character: 7 } },
          message:
            '503 NC at the egress gateway: its pods run in `istio-system`, but this exportTo shows httpbin.com only to `egress`. Add `istio-system`.',
          related: [
            {
              path: 'egress/virtualservice.yaml',
              range: { start: { line: 27, character: 14 }, end: { line: 27, character: 25 } },
              message: 'Sends httpbin.com on from the gateway.',
            },
            {
              path: 'istio-system/gateway.yaml',
              range: { start: { line: 7, character: 3 }, end: { line: 7, character: 23 } },
              message: "Selects the gateway's pods.",
            },
            {
              path: 'egress/virtualservice.yaml',
              range: { start: { line: 3, character: 8 }, end: { line: 3, character: 23 } },
              message: "Shows that the gateway's pods run in `istio-system`.",
            },
          ],
          fixes: [
            {
              title: 'Add istio-system to exportTo',
              preferred: true,
              edits: [
                {
                  path: 'egress/serviceentry.yaml',
                  range: { start: { line: 9, character: 7 }, end: { line: 9, character: 7 } },
                  newText: '\n  - "istio-system"',
                },
              ],
            },
          ],
        },
        {
          code: 'gateway-not-found',
          severity: 'error',
          path: 'egress/virtualservice.yaml',
          range: { start: { line: 12, character: 4 }, end: { line: 12, character: 23 } },
          message:
            "404 at the egress gateway: Gateway `egress/istio-egressgateway` does not exist. A name without a namespace means the VirtualService's own. Use `istio-system/istio-egressgateway`.",
          related: [
            {
              path: 'istio-system/gateway.yaml',
              range: { start: { line: 3, character: 7 }, end: { line: 3, character: 26 } },
              message: 'The Gateway that is probably meant.',
            },
            {
              path: 'egress/virtualservice.yaml',
              range: { start: { line: 24, character: 8 }, end: { line: 24, character: 27 } },
              message: 'The same name here; the fix changes both.',
            },
          ],
          fixes: [
            {
              title: 'Use istio-system/istio-egressgateway (2 places)',
              preferred: true,
              edits: [
                {
                  path: 'egress/virtualservice.yaml',
                  range: { start: { line: 12, character: 4 }, end: { line: 12, character: 23 } },
                  newText: 'istio-system/istio-egressgateway',
                },
                {
                  path: 'egress/virtualservice.yaml',
                  range: { start: { line: 24, character: 8 }, end: { line: 24, character: 27 } },
                  newText: 'istio-system/istio-egressgateway',
                },
              ],
            },
            {
              title: 'It lives elsewhere: declare Gateway egress/istio-egressgateway in .istio-egress.yaml',
              preferred: false,
              edits: [
                {
                  path: '.istio-egress.yaml',
                  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
                  newText: 'external:\n  - Gateway egress/istio-egressgateway\n',
                },
              ],
            },
          ],
        },
      ],
      files: 3,
      resources: 3,
      routes: { total: 1, pass: 0, fail: 1, unchecked: 0 },
      unchecked: [],
    });
  });

  it('uses colours only where they are asked for', async () => {
    const folder = exampleCopy();
    const colour = '\u001b[';
    expect((await run(['check', folder])).stdout).not.toContain(colour);
    expect((await run(['check', folder], { variables: { FORCE_COLOR: '1' } })).stdout).toContain(colour);
    expect((await run(['check', folder], { variables: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toContain(
      colour,
    );
  });

  it('is silent about charts, and says what it read', async () => {
    const folder = folderWith({
      'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
      'values.yaml': 'gateway: istio-egressgateway\n',
      'templates/route.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: {{ .Release.Name }}
spec:
  hosts: [api.example.com]
  gateways:
    - {{ .Values.gateway }}
{{- if .Values.http }}
  http:
    - route:
        - destination: {host: api.example.com}
{{- end }}
`,
    });
    const { code, stdout, stderr } = await run(['check', folder]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  it('says that a folder has nothing for it', async () => {
    const folder = folderWith({ 'README.md': '# Nothing here\n', 'compose.yaml': 'services: {}\n' });
    expect(await run(['check', '.'], { folder })).toEqual({
      code: 0,
      stdout: 'No Istio YAML found in this folder.\n',
      stderr: '',
    });
  });
});

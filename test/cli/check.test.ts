import { beforeAll, describe, expect, it } from 'vitest';
import { build, exampleCopy, folderWith, run } from './run.ts';

beforeAll(build, 120_000);

const gatewayMessage =
  '404 at the egress gateway: Gateway `egress/istio-egressgateway` does not exist. A name without a namespace means the VirtualService’s own.';

describe('check', () => {
  it('prints the findings of the example, with the tokens underlined', async () => {
    const { code, stdout, stderr } = await run(['check', '.'], { folder: exampleCopy() });
    expect(stdout).toBe(gatewayMessage);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
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

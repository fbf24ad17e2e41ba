import { chmodSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, contentsOf, exampleCopy, run } from './run.ts';

beforeAll(build, 120_000);

const route = 'egress/virtualservice.yaml';
const entry = 'egress/serviceentry.yaml';

/** The example as it should be: the Gateway's namespace written in both places, the entry shown to the gateway's. */
function mended(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return {
    ...files,
    [route]: (files[route] ?? '').replaceAll('- istio-egressgateway', '- istio-system/istio-egressgateway'),
    [entry]: (files[entry] ?? '').replace('  - "."', '  - "."\n  - "istio-system"'),
  };
}

describe('check --fix', () => {
  it('leaves the example clean', async () => {
    const folder = exampleCopy();
    const before = contentsOf(folder);
    const { code, stdout, stderr } = await run(['check', folder, '--fix']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Use istio-system/istio-egressgateway (2 places)');
    expect(stdout).toContain('1 route: 1 pass, 0 fail.');
    expect(contentsOf(folder)).toEqual(mended(before));
    expect((await run(['check', folder])).code).toBe(0);
  });

  it('keeps comments, line ends, byte order mark, mode and links', async () => {
    const folder = exampleCopy();
    const file = join(folder, route);
    const dressed = (text: string) => `\ufeff# why we do this\n${text}`.replaceAll('\n', '\r\n');
    const before = readFileSync(file, 'utf8');
    writeFileSync(join(folder, 'real.txt'), dressed(before));
    chmodSync(join(folder, 'real.txt'), 0o640);
    writeFileSync(file, '');
    const link = join(folder, 'egress/route.yaml');
    symlinkSync(join(folder, 'real.txt'), link);
    expect((await run(['check', folder, '--fix'])).code).toBe(0);
    expect(readFileSync(join(folder, 'real.txt'), 'utf8')).toBe(
      dressed(before.replaceAll('- istio-egressgateway', '- istio-system/istio-egressgateway')),
    );
    expect(readFileSync(link, 'utf8')).toBe(readFileSync(join(folder, 'real.txt'), 'utf8'));
    expect(statSync(join(folder, 'real.txt')).mode & 0o777).toBe(0o640);
  });

  it('fixes only what it reports on', async () => {
    const folder = exampleCopy();
    const before = contentsOf(folder);
    const { code } = await run(['check', folder, '--only', join(folder, entry), '--fix']);
    expect(code).toBe(0);
    expect(contentsOf(folder)[route]).toBe(before[route]);
  });
});

describe('check --fix --dry-run', () => {
  it('prints a diff that patches take, and writes nothing', async () => {
    const folder = exampleCopy();
    const before = contentsOf(folder);
    const { code, stdout } = await run(['check', folder, '--fix', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toBe(`--- a/egress/serviceentry.yaml
+++ b/egress/serviceentry.yaml
@@ -8,6 +8,7 @@
   - httpbin.com
   exportTo:
   - "."
+  - "istio-system"
   location: MESH_EXTERNAL
   ports:
   - number: 80
--- a/egress/virtualservice.yaml
+++ b/egress/virtualservice.yaml
@@ -10,7 +10,7 @@
   - "*"
   gateways:
   - mesh
-  - istio-egressgateway
+  - istio-system/istio-egressgateway
   http:
   - match:
     - port: 80
@@ -22,7 +22,7 @@
   - match:
     - port: 80
       gateways:
-      - istio-egressgateway
+      - istio-system/istio-egressgateway
     route:
     - destination:
         host: httpbin.com
`);
    expect(contentsOf(folder)).toEqual(before);
  });
});

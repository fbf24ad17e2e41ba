import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, exampleCopy, folderWith, run } from './run.ts';

beforeAll(build, 120_000);

const ROUTE = ['create', '--host', 'api.example.com', '--pattern', 'tls-passthrough'];

describe('create', () => {
  it('prints the YAML where nothing says where to write it, and reads nothing', async () => {
    const folder = folderWith({ 'broken.yaml': 'apiVersion: networking.istio.io/v1\nkind: [' });
    const { code, stdout, stderr } = await run([...ROUTE, '--namespace', 'team-a'], { folder });
    expect(stdout).toBe(`apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api-example-com
  namespace: team-a
spec:
  hosts:
    - api.example.com
  location: MESH_EXTERNAL
  ports:
    - number: 443
      name: tls
      protocol: TLS
  resolution: DNS
  exportTo:
    - "."
    - istio-system
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: api-example-com
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port:
        number: 443
        name: tls
        protocol: TLS
      hosts:
        - api.example.com
      tls:
        mode: PASSTHROUGH
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: egressgateway-for-api-example-com
  namespace: istio-system
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: api-example-com
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api-example-com
  namespace: team-a
spec:
  hosts:
    - api.example.com
  gateways:
    - mesh
    - istio-system/api-example-com
  tls:
    - match:
        - gateways:
            - mesh
          port: 443
          sniHosts:
            - api.example.com
      route:
        - destination:
            host: istio-egressgateway.istio-system.svc.cluster.local
            subset: api-example-com
            port:
              number: 443
    - match:
        - gateways:
            - istio-system/api-example-com
          port: 443
          sniHosts:
            - api.example.com
      route:
        - destination:
            host: api.example.com
            port:
              number: 443
  exportTo:
    - "."
    - istio-system
`);
    expect(
      stderr,
    ).toBe(`The gateway’s Service is not in the workspace: the standard install istio-system/istio-egressgateway is assumed.
Only team-a may use it; workloads with sidecars in istio-system see what the gateway has to see.
4 new resources
Traced from team-a: through istio-system/istio-egressgateway to api.example.com:443
`);
    expect(code).toBe(0);
  });

  it('writes into a folder that is not there yet; check has nothing to say, and the same again changes nothing', async () => {
    const folder = folderWith({});
    const args = [...ROUTE, '--for', 'team-a,team-b', '--output', 'deploy'];
    const first = await run(args, { folder });
    expect([first.code, first.stdout]).toEqual([0, `created ${join('deploy', 'api-example-com.yaml')}\n`]);
    const written = readFileSync(join(folder, 'deploy/api-example-com.yaml'), 'utf8');
    const again = await run(args, { folder });
    expect([again.code, again.stdout]).toEqual([0, '']);
    expect(again.stderr).toContain('The route to api.example.com is there already: nothing has to be written.');
    expect(readFileSync(join(folder, 'deploy/api-example-com.yaml'), 'utf8')).toBe(written);
    const checked = await run(['check', join(folder, 'deploy'), '--format', 'json', '--fail-on', 'hint']);
    expect([checked.code, (JSON.parse(checked.stdout) as { findings: unknown[] }).findings]).toEqual([0, []]);
    const trace = (from: string) => run(['trace', join(folder, 'deploy'), '--from', from, 'https://api.example.com']);
    expect((await trace('team-b')).stdout).toContain('routed to the outside, through istio-system/istio-egressgateway');
    expect((await trace('team-c')).stdout).not.toContain('through istio-system');
  });

  it('puts a second route beside the first, in the files and the kustomization that are there', async () => {
    const folder = folderWith({});
    await run([...ROUTE, '--namespace', 'team-a', '--output', folder]);
    writeFileSync(join(folder, 'kustomization.yaml'), 'resources: # in order\n  - api-example-com.yaml\n');
    const { code, stdout } = await run([
      'create',
      ...['--host', 'pay.example.com', '--pattern', 'tls-passthrough', '--namespace', 'team-a', '--output', folder],
    ]);
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.replace(`${folder}/`, ''))).toEqual([
      expect.stringContaining('changed'),
      expect.stringContaining('changed'),
      expect.stringContaining('created'),
      '',
    ]);
    expect(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')).toBe(
      'resources: # in order\n  - api-example-com.yaml\n  - pay-example-com.yaml\n',
    );
    const first = readFileSync(join(folder, 'api-example-com.yaml'), 'utf8');
    expect(first).toContain('      hosts:\n        - api.example.com\n        - pay.example.com\n');
    expect(first).toContain('    - name: api-example-com\n    - name: pay-example-com\n');
    const second = readFileSync(join(folder, 'pay-example-com.yaml'), 'utf8');
    expect([...second.matchAll(/^kind: (\w+)/gm)].map(([, kind]) => kind)).toEqual(['ServiceEntry', 'VirtualService']);
  });

  it('prints new resources and those that change, as they become', async () => {
    const folder = folderWith({});
    await run([...ROUTE, '--namespace', 'team-a', '--output', folder]);
    const { stdout } = await run([
      'create',
      ...['--host', 'pay.example.com', '--pattern', 'tls-passthrough', '--namespace', 'team-a', '--workspace', folder],
    ]);
    expect([...stdout.matchAll(/^kind: (\w+)/gm)].map(([, kind]) => kind).sort()).toEqual([
      'DestinationRule',
      'Gateway',
      'ServiceEntry',
      'VirtualService',
    ]);
    expect(readdirSync(folder)).toEqual(['api-example-com.yaml']);
  });

  it('writes routes of Gateway API where that is asked for, and where the workspace has them', async () => {
    const folder = folderWith({});
    const asked = ['--form', 'gateway-api', '--gateway', 'egress/out', '--for', 'team-a', '--output', '.'];
    const first = await run([...ROUTE, ...asked], { folder });
    expect([first.code, first.stdout]).toEqual([0, 'created api-example-com.yaml\n']);
    const text = readFileSync(join(folder, 'api-example-com.yaml'), 'utf8');
    const kinds = [...text.matchAll(/^kind: (\w+)/gm)].map(([, kind]) => kind);
    expect(kinds).toEqual(['ServiceEntry', 'Gateway', 'TLSRoute', 'TLSRoute']);
    const checked = await run(['check', folder, '--format', 'json', '--fail-on', 'hint']);
    expect([checked.code, (JSON.parse(checked.stdout) as { findings: unknown[] }).findings]).toEqual([0, []]);
    const traced = await run(['trace', folder, '--from', 'team-a', 'https://api.example.com']);
    expect(traced.stdout).toContain('routed to the outside, through egress/out-istio');
    const second = ['create', '--host', 'pay.example.net', '--pattern', 'http', '--for', 'team-a', '--output', '.'];
    expect((await run(second, { folder })).code).toBe(0);
    expect(readFileSync(join(folder, 'api-example-com.yaml'), 'utf8')).toContain('    - name: http\n');
    expect(readFileSync(join(folder, 'pay-example-net.yaml'), 'utf8')).toContain('kind: HTTPRoute');
  });

  it('says why a pattern has no routes of Gateway API, and how to go on', async () => {
    const folder = folderWith({});
    const asked = ['create', '--host', 'db.example.com', '--pattern', 'tcp', '--port', '5432', '--form', 'gateway-api'];
    const { code, stderr } = await run(asked, { folder });
    expect([code, stderr]).toEqual([
      1,
      'Cannot create: The pattern tcp cannot be written with Gateway API: TCP needs a TCPRoute, which istiod leaves out unless it is told otherwise.\n  Write it with the Istio API: --form istio\n',
    ]);
    const wrong = await run([...ROUTE, '--form', 'k8s'], { folder });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--form k8s: use istio or gateway-api')]);
  });

  it('shows a diff, and writes nothing, with --dry-run', async () => {
    const folder = exampleCopy();
    const { code, stdout } = await run(
      [...ROUTE, '--for', 'app', '--namespace', 'egress', '--output', '.', '--dry-run'],
      {
        folder,
      },
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^--- a\/istio-system\/gateway.yaml\n\+\+\+ b\/istio-system\/gateway.yaml\n/m);
    expect(existsSync(join(folder, 'egress/api-example-com.yaml'))).toBe(false);
  });

  it('says what is in the way, and how to go on', async () => {
    const folder = folderWith({
      'route.yaml': `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  http:
    - timeout: 3s
      route: [{destination: {host: api.example.com}}]
`,
    });
    const args = [
      'create',
      '--host',
      'api.example.com',
      '--pattern',
      'http',
      '--namespace',
      'team-a',
      '--for',
      'all',
      '--output',
      '.',
    ];
    const { code, stdout, stderr } = await run([...args, '--write-to', 'istio-system'], { folder });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      `Cannot create: api.example.com is already routed by VirtualService team-a/api (route.yaml:3).\n  Extend it: --extend 'VirtualService team-a/api'\n`,
    );
    expect(readdirSync(folder)).toEqual(['route.yaml']);
    const extended = await run([...args, '--write-to', 'istio-system', '--extend', 'VirtualService team-a/api'], {
      folder,
    });
    expect(extended.code).toBe(0);
    expect(readFileSync(join(folder, 'route.yaml'), 'utf8')).toContain('timeout: 3s');
  });

  it('writes to another folder than it reads from', async () => {
    const folder = exampleCopy();
    const output = join(folder, '..', `${folder.split('/').at(-1)}-out`);
    mkdirSync(output);
    const { code } = await run(
      [...ROUTE, '--for', 'app', '--namespace', 'egress', '--workspace', '.', '--output', output],
      {
        folder,
      },
    );
    expect(code).toBe(0);
    expect(readdirSync(output).length).toBeGreaterThan(0);
    expect(readFileSync(join(folder, 'istio-system/gateway.yaml'), 'utf8')).not.toContain('api.example.com');
  });

  it.each([
    [['create'], 'name the host: --host api.example.com'],
    [
      ['create', '--host', 'db.example.com', '--pattern', 'tcp'],
      'the pattern tcp has no port of its own: add --port, such as --port 5432',
    ],
    [
      ['create', '--host', '10.0.0.1', '--pattern', 'http'],
      '10.0.0.1 is an address: give the host a name, and its address with it',
    ],
    [
      ['create', '--host', '*.example.com', '--pattern', 'http'],
      "'*.example.com' stands for many hosts: use the pattern wildcard",
    ],
    [[...ROUTE, '--port', '70000'], '70000 is no port: use 1 to 65535'],
    [[...ROUTE, '--port', 'https'], '--port https: use a number from 1 to 65535'],
    [
      [...ROUTE, '--gateway', 'egress'],
      "'egress' is no gateway: write the namespace and the name of its Service, such as istio-system/istio-egressgateway",
    ],
    [[...ROUTE, '--credential', 'x'], 'the pattern tls-passthrough has no use for a credential'],
    [[...ROUTE, '--from', 'app'], "unknown option '--from'"],
  ])('says what is wrong with %j', async (args, sentence) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: `istio-egress: ${sentence}\nTry istio-egress --help\n`,
    });
  });

  it('writes all files or none', async () => {
    const folder = folderWith({});
    await run([...ROUTE, '--namespace', 'team-a', '--output', folder]);
    const path = join(folder, 'api-example-com.yaml');
    const before = readFileSync(path, 'utf8');
    const out = folderWith({ 'api-example-com.yaml': before, 'pay-example-com.yaml/keep': '' });
    const { code, stderr } = await run([
      'create',
      ...['--host', 'pay.example.com', '--pattern', 'tls-passthrough', '--namespace', 'team-a'],
      ...['--workspace', folder, '--output', out],
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('pay-example-com.yaml could not be written');
    expect(readFileSync(join(out, 'api-example-com.yaml'), 'utf8')).toBe(before);
  });

  it('cannot write into a file, and knows no set by another name', async () => {
    const folder = folderWith({ file: '' });
    const file = await run([...ROUTE, '--output', 'file'], { folder });
    expect([file.code, file.stderr]).toEqual([2, 'istio-egress: file is no folder\n']);
    const set = await run([...ROUTE, '--output', '.', '--set', 'prod'], { folder: exampleCopy() });
    expect([set.code, set.stderr.split('\n')[0]]).toEqual([1, 'Cannot create: There is no apply set prod.']);
  });

  it('cannot read a folder that is not there', async () => {
    const { code, stderr } = await run([...ROUTE, '--workspace', 'nowhere'], { folder: folderWith({}) });
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'istio-egress: no such folder: nowhere\n' });
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, exampleCopy, folderWith, run } from './run.ts';

beforeAll(build, 120_000);

const ASSUMED =
  'Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.';
const CALL = ['--from', 'app', 'http://httpbin.com'];

describe('trace, on the example', () => {
  it('as it is: 404 at the gateway, and what to do about it', async () => {
    const { code, stdout, stderr } = await run(['trace', '.', ...CALL], { folder: exampleCopy() });
    expect(stdout).toBe(`http://httpbin.com from app: FAILS, 404 at the egress gateway
Fix: Use istio-system/istio-egressgateway (2 places) (egress/virtualservice.yaml:13)
Why: 404 at the egress gateway: Gateway \`egress/istio-egressgateway\` does not exist. A name without a namespace means the VirtualService's own. Use \`istio-system/istio-egressgateway\`.

1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService egress/gateway-routing, rule 1 (egress/virtualservice.yaml:16)
   Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
2  Gateway istio-system/istio-egressgateway, port 8080 -> 404: no VirtualService is bound to its Gateway, because Gateway istio-system/istio-egressgateway (istio-system/gateway.yaml:10)
   Envoy: 0.0.0.0_8080, route http.8080, blackhole:80
   See: VirtualService egress/gateway-routing (egress/virtualservice.yaml:4) is bound to mesh, egress/istio-egressgateway

${ASSUMED}
As Istio 1.29. Apply set: the whole folder.
`);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  it('with its gateway named right: 503 NC there', async () => {
    const folder = exampleCopy();
    nameGateway(folder);
    const { code, stdout } = await run(['trace', '.', ...CALL], { folder });
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      'http://httpbin.com from app: FAILS, 503 NC at the egress gateway',
      'Fix: Add istio-system to exportTo (egress/serviceentry.yaml:10)',
    ]);
    expect(code).toBe(1);
  });

  it('with both faults fixed: routed to the outside', async () => {
    const folder = exampleCopy();
    expect((await run(['check', folder, '--fix'])).code).toBe(0);
    const { code, stdout } = await run(['trace', folder, ...CALL]);
    expect(stdout.split('\n')[0]).toBe(
      'http://httpbin.com from app: routed to the outside, through istio-system/istio-egressgateway',
    );
    expect(code).toBe(0);
  });

  it('as data for programs, its shape a contract', async () => {
    const { code, stdout } = await run(['trace', exampleCopy(), ...CALL, '--format', 'json']);
    expect(JSON.parse(stdout)).toEqual({
      set: null,
      request: {
        url: 'http://httpbin.com',
        from: { namespace: 'app' },
        host: 'httpbin.com',
        port: 80,
        protocol: 'http',
      },
      hop: {
        proxy: 'sidecar app',
        port: 80,
        received: ['http httpbin.com'],
        listener: '0.0.0.0_80',
        routeConfig: '80',
        virtualHost: 'httpbin.com:80',
        config: 'VirtualService egress/gateway-routing',
        action: 'forward',
        clusters: [
          {
            name: 'outbound|80||istio-egressgateway.istio-system.svc.cluster.local',
            exists: true,
            type: 'EDS',
            endpoints: ['gateway istio-system/istio-egressgateway:8080'],
            because: [],
            next: {
              proxy: 'gateway istio-system/istio-egressgateway',
              port: 8080,
              received: ['http httpbin.com'],
              listener: '0.0.0.0_8080',
              routeConfig: 'http.8080',
              virtualHost: 'blackhole:80',
              error: 'no-route',
              because: [
                {
                  path: 'istio-system/gateway.yaml',
                  range: { start: { line: 9, character: 3 }, end: { line: 14, character: 8 } },
                  text: 'Gateway istio-system/istio-egressgateway opens the port',
                },
              ],
              assumed: [
                'The pods of istio-system/istio-egressgateway are not in the workspace: those of the standard install are assumed.',
              ],
            },
          },
        ],
        because: [
          {
            path: 'egress/virtualservice.yaml',
            range: { start: { line: 15, character: 6 }, end: { line: 17, character: 12 } },
            text: 'VirtualService egress/gateway-routing routes the request',
          },
        ],
        assumed: [],
      },
      verdict: 'failed',
      needs: [],
      assumed: [
        'istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443)',
        'pods in app have sidecars',
      ],
      rejected: [],
      notModelled: [],
    });
    expect(code).toBe(1);
  });
});

describe('trace', () => {
  const policy = (mode: string) => folderWith({ '.istio-egress.yaml': `istio: {outboundTrafficPolicy: ${mode}}\n` });
  const verdict = async (folder: string, ...args: readonly string[]) => {
    const { code, stdout } = await run(['trace', folder, '--from', 'app', '--format', 'json', ...args]);
    const { request, verdict: said } = JSON.parse(stdout) as { request: object; verdict: string };
    return { code, said, request };
  };

  it('tells by its exit code where the call goes', async () => {
    const open = await verdict(policy('ALLOW_ANY'), 'tcp://db.example.com:5432');
    const closed = await verdict(policy('REGISTRY_ONLY'), 'tcp://db.example.com:5432');
    const untold = await verdict(exampleCopy(), 'tcp://db.example.com:5432');
    expect([open, closed, untold].map(({ code, said }) => [code, said])).toEqual([
      [0, 'outside-not-through-gateway'],
      [1, 'blocked'],
      [2, 'unknown'],
    ]);
  });

  it('takes everything that can be told of a request', async () => {
    const { request } = await verdict(
      policy('ALLOW_ANY'),
      '--method',
      'post',
      '--header',
      'x-team=a',
      '--header',
      'Accept: text/plain',
      '--address',
      '10.0.0.1',
      'https://api.example.com:8443/v1?q=1',
    );
    expect(request).toEqual({
      url: 'https://api.example.com:8443/v1?q=1',
      from: { namespace: 'app' },
      host: 'api.example.com',
      port: 8443,
      protocol: 'https',
      path: '/v1?q=1',
      method: 'POST',
      headers: { 'x-team': 'a', Accept: 'text/plain' },
      address: '10.0.0.1',
    });
  });

  it.each([
    [['trace'], 'trace needs a folder and the address that is called'],
    [['trace', 'http://a.com'], 'trace needs a folder before http://a.com'],
    [['trace', '.', '--from', 'app'], 'trace needs the address that is called, for example http://api.example.com'],
    [['trace', '.', 'http://a.com'], 'say which namespace calls: --from team-a'],
    [['trace', '.', '--from', 'App', 'http://a.com'], "--from: 'App' is no name of a namespace."],
    [
      ['trace', '.', '--from', 'app', 'a.com'],
      'Add http://, https://, tcp:// or tls://: what the application sends decides the way.',
    ],
    [['trace', '.', '--from', 'app', 'tcp://a.com'], 'Add the port: tcp://a.com:5432, for example.'],
    [['trace', '.', '--from', 'app', 'ftp://a.com'], "'ftp://' is not known: use http://, https://, tcp:// or tls://."],
    [['trace', '.', '--from', 'app', '--header', 'x', 'http://a.com'], '--header x: write name=value'],
    [['trace', '.', '--from', 'app', '--fix', 'http://a.com'], '--fix goes with check'],
    [['check', '.', '--from', 'app'], '--from goes with trace'],
  ])('says what is wrong with %j', async (args, sentence) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: `istio-egress: ${sentence}\nTry istio-egress --help\n`,
    });
  });

  it('says which apply sets there are', async () => {
    const { code, stderr } = await run(['trace', '.', '--set', 'prod', ...CALL], { folder: exampleCopy() });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "istio-egress: no apply set 'prod': there is 'the whole folder'\n",
    });
  });
});

function nameGateway(folder: string): void {
  const path = join(folder, 'egress/virtualservice.yaml');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replaceAll(/- istio-egressgateway *$/gm, '- istio-system/istio-egressgateway'));
}

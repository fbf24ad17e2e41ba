import { describe, expect, it } from 'vitest';
import type { Call } from '../trace/types.ts';
import { callText, parseCall, readCall, urlText } from './call-text.ts';

function read(text: string): Call | string {
  const reading = parseCall(text);
  return 'call' in reading ? reading.call : reading.problem;
}

describe('a call as it is typed', () => {
  const app = { namespace: 'app' };

  it.each<[string, Call]>([
    ['http://httpbin.com from app', { from: app, host: 'httpbin.com', port: 80, protocol: 'http' }],
    [
      '  https://API.example.com/v1?q=1   from app ',
      { from: app, host: 'api.example.com', port: 443, protocol: 'https', path: '/v1?q=1' },
    ],
    [
      'post http://a.com:8080?q from app',
      { from: app, host: 'a.com', port: 8080, protocol: 'http', method: 'POST', path: '/?q' },
    ],
    ['tcp://db.example.com:5432 from app', { from: app, host: 'db.example.com', port: 5432, protocol: 'tcp' }],
    ['tls://b.example.com from app', { from: app, host: 'b.example.com', port: 443, protocol: 'tls' }],
    ['tcp://10.0.0.7:5432 from app', { from: app, host: '10.0.0.7', port: 5432, protocol: 'tcp', address: '10.0.0.7' }],
    [
      'tcp://[2001:db8::1]:5432 from app',
      { from: app, host: '2001:db8::1', port: 5432, protocol: 'tcp', address: '2001:db8::1' },
    ],
    [
      `POST http://a.com/v1 from app -H 'x-a: b c' --header x-d=e -H "it's: on"`,
      {
        from: app,
        host: 'a.com',
        port: 80,
        protocol: 'http',
        method: 'POST',
        path: '/v1',
        headers: { 'x-a': 'b c', 'x-d': 'e', "it's": 'on' },
      },
    ],
    [
      '-H x-a:b http://a.com from app',
      { from: app, host: 'a.com', port: 80, protocol: 'http', headers: { 'x-a': 'b' } },
    ],
    [
      'tcp://a.com:5432 from app --address 10.0.0.7',
      { from: app, host: 'a.com', port: 5432, protocol: 'tcp', address: '10.0.0.7' },
    ],
    [
      'http://a.com from app/version=v2,app.kubernetes.io/name=web',
      {
        from: { namespace: 'app', labels: { version: 'v2', 'app.kubernetes.io/name': 'web' } },
        host: 'a.com',
        port: 80,
        protocol: 'http',
      },
    ],
  ])('%s', (text, call) => {
    expect(read(text)).toEqual(call);
  });

  it.each([
    ['GET', 'Write it like: GET https://api.example.com/v1 from team-a'],
    ['http://a.com', 'Say which namespace calls: http://a.com from team-a'],
    ['http://a.com for app', 'Write it like: GET https://api.example.com/v1 from team-a'],
    [
      'a.com from app',
      'Add http://, https://, tcp:// or tls://. Write it like: GET https://api.example.com/v1 from team-a',
    ],
    ['http://*.a.com from app', 'A call goes to one host: write www.a.com, for example.'],
    ['http://a.com:70000 from app', '70000 is no port: use 1 to 65535.'],
    ['tcp://a.com:1/x from app', 'tcp:// has no path: leave /x out.'],
    ["http://a.com from app -H 'x-a: b", 'A quote is not closed.'],
    ['http://a.com from app -H', "'' is no header: write 'name: value'."],
    ['http://a.com from app -H nothing', "'nothing' is no header: write 'name: value'."],
    ['http://a.com from app -d x', "'-d' is not known here: use -H 'name: value' or --address IP."],
    ['tcp://a.com:1 from app -H a:b', 'tcp:// has no headers: leave them out.'],
    ['tcp://a.com:1 from app --address a', "'a' is no IP address."],
    ['http://a.com from app/version', "'version' is no list of labels: write label=value."],
    [
      'http://user@a.com from app',
      "'http://user@a.com' is no address of a call. Write it like: GET https://api.example.com/v1 from team-a",
    ],
  ])('%s: %s', (text, problem) => {
    expect(read(text)).toBe(problem);
  });

  it('is written so that it reads back', () => {
    for (const text of [
      'http://httpbin.com from app',
      'POST https://api.example.com:8443/v1?q=1 from app/app=web,version=v2',
      'tls://b.example.com:443 from app',
      'tcp://[2001:db8::1]:5432 from app',
      'tcp://db.example.com:5432 from app --address 10.0.0.7',
      `http://a.com from app -H 'x-a: b c' -H "it's: on" -H 'say: "hello"'`,
      `http://a.com from app -H "it's: "'"'"on"'"'""`,
    ]) {
      const call = read(text);
      expect(typeof call === 'string' ? call : callText(call)).toBe(text);
    }
  });

  it('takes an address that DNS gives', () => {
    const parts = { url: 'tcp://a.com:1', from: app };
    expect(readCall({ ...parts, address: '10.0.0.1' })).toEqual({
      call: { from: app, host: 'a.com', port: 1, protocol: 'tcp', address: '10.0.0.1' },
    });
    expect(readCall({ ...parts, address: 'b.com' })).toEqual({ problem: "'b.com' is no IP address." });
  });

  it('shows the port where it is not the usual one', () => {
    const call = { from: app, host: 'a.com', protocol: 'http' } as const;
    expect([urlText({ ...call, port: 80, path: '/' }), urlText({ ...call, port: 8080 })]).toEqual([
      'http://a.com',
      'http://a.com:8080',
    ]);
  });
});

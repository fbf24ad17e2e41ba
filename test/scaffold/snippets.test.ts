/** Every snippet, with its defaults and with each other choice, is right as it stands. */
import { describe, expect, it } from 'vitest';
import { createAnalysis } from '../../server/src/analysis/analysis.ts';
import { readContents } from '../../server/src/manifest/read-contents.ts';
import { PATTERN_IDS } from '../../server/src/scaffold/request.ts';
import { snippetText } from '../../server/src/scaffold/snippet-text.ts';
import { snippets } from '../../server/src/scaffold/snippets.ts';
import { rejections } from '../../server/src/validate/reject.ts';
import { judge, wayOf } from './judge.ts';
import { ROOT } from './site.ts';

const PLACE = /\$\{(\d+)(?::([^}]*)|\|([^|]*)\|)?\}/g;

const expanded = (body: string, choice: number) => `${snippetText(body, choice)}\n`;

const API_KINDS = ['K8sGateway', 'HTTPRoute', 'TLSRoute'] as const;

function findingsIn(text: string): readonly string[] {
  const path = `${ROOT}/new.yaml`;
  const analysis = createAnalysis({ root: ROOT });
  analysis.update([{ path, contents: readContents(path, text) }]);
  const rejected = analysis
    .traceables()
    .flatMap(({ mesh }) =>
      (['ServiceEntry', 'Gateway', 'DestinationRule', 'VirtualService', 'Sidecar', ...API_KINDS] as const).flatMap(
        (kind) => [...mesh.reader().all(kind)],
      ),
    )
    .filter(({ implied }) => !implied)
    .flatMap((object) => rejections(object).map((each) => each.text));
  return [...analysis.findings(path).map(({ code, message }) => `${code}: ${message}`), ...rejected];
}

describe('a snippet', () => {
  for (const { prefix, body } of snippets()) {
    const choices = Math.max(1, ...[...body.matchAll(PLACE)].map(([, , , list]) => list?.split(',').length ?? 1));
    for (let choice = 0; choice < choices; choice++) {
      it(`${prefix} has no fault${choice > 0 ? `, choice ${choice + 1}` : ''}`, () => {
        expect(findingsIn(expanded(body, choice))).toEqual([]);
      });
    }
  }

  it('has a default wherever a place is first', () => {
    for (const { body } of snippets()) {
      const defined = new Set<string>();
      for (const [, number = '', given, choices] of body.matchAll(PLACE)) {
        expect(given !== undefined || choices !== undefined || defined.has(number)).toBe(true);
        defined.add(number);
      }
    }
  });

  it('is there for every pattern and every resource, and has a prefix of its own', () => {
    const prefixes = snippets().map(({ prefix }) => prefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
    const wanted = [
      ...PATTERN_IDS,
      ...['serviceentry', 'gateway', 'destinationrule', 'virtualservice', 'sidecar'],
      ...['gateway-api-http', 'gateway-api-tls-passthrough', 'gateway-api-tls-origination', 'gateway-api-gateway'],
      ...['httproute-to-gateway', 'httproute-from-gateway', 'tlsroute-to-gateway', 'tlsroute-from-gateway'],
    ];
    expect(wanted.map((each) => `egress-${each}`).filter((each) => !prefixes.includes(each))).toEqual([]);
  });

  it.each([
    ['egress-tls-passthrough', 'istio-system/istio-egressgateway'],
    ['egress-gateway-api-tls-passthrough', 'istio-egress/egress-gateway-istio'],
  ])('is a whole route: the call leaves through the gateway (%s)', (wanted, gateway) => {
    const body = snippets().find(({ prefix }) => prefix === wanted)?.body ?? '';
    const tracer = judge(new Map([['new.yaml', expanded(body, 0)]]));
    const call = { from: { namespace: 'team-a' }, host: 'api.example.com', port: 443, protocol: 'https' } as const;
    expect(wayOf(tracer.trace(call))).toBe(
      `outside, gateway ${gateway}, tls api.example.com over http api.example.com`,
    );
  });
});

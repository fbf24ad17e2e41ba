/** The same proof for routes that are written with Gateway API: through Gateways that istiod runs, and through installed gateways. */
import { afterAll, describe, it } from 'vitest';
import type { PatternId } from '../../server/src/scaffold/request.ts';
import { gatewayApiInstalls } from './installs.ts';
import { LAYOUTS, prove } from './prove.ts';

const PATTERNS: readonly PatternId[] = [
  'http',
  'tls-passthrough',
  'tls-origination',
  'tls-origination-mutual',
  'wildcard',
];

let combinations = 0;
afterAll(() => {
  process.stdout.write(`Create egress route with Gateway API: ${combinations} combinations proved.\n`);
});

describe.each(PATTERNS)('%s', (pattern) => {
  describe.each(LAYOUTS)('$name', (layout) => {
    it.each(gatewayApiInstalls(layout.gateway, layout.home))('gateway: $name', (install) => {
      for (const mutualHop of pattern === 'tls-passthrough' || pattern === 'wildcard' ? [undefined] : [false, true]) {
        for (const audience of ['all', [layout.client]] as const)
          combinations += prove({ form: 'gateway-api', pattern, layout, install, mutualHop, audience });
      }
    });
  });
});

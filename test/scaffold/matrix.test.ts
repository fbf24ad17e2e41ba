/** The proof: every pattern in every install, layout of namespaces, audience, form of the hop, and with every part of the route there already. */
import { afterAll, describe, it } from 'vitest';
import { PATTERN_IDS, type PatternId } from '../../server/src/scaffold/request.ts';
import { installs } from './installs.ts';
import { LAYOUTS, prove } from './prove.ts';

const MUTUAL: readonly PatternId[] = ['http', 'tls-passthrough', 'tls-origination', 'tls-origination-mutual', 'tcp'];
const DIRECT: readonly PatternId[] = ['sidecar-only', 'sidecar-tls-origination'];

let combinations = 0;
afterAll(() => {
  process.stdout.write(`Create egress route: ${combinations} combinations proved.\n`);
});

describe.each(PATTERN_IDS)('%s', (pattern) => {
  describe.each(LAYOUTS)('$name', (layout) => {
    const all = DIRECT.includes(pattern) ? installs(layout.gateway).slice(-1) : installs(layout.gateway);
    it.each(all)('gateway: $name', (install) => {
      for (const mutual of MUTUAL.includes(pattern) ? [false, true] : [undefined]) {
        // Without a port of its own on the gateway's Service, TCP shares one, and that takes mutual TLS.
        const mutualHop = pattern === 'tcp' && !mutual ? undefined : mutual;
        for (const audience of ['all', [layout.client]] as const)
          combinations += prove({ form: 'istio', pattern, layout, install, mutualHop, audience });
      }
    });
  });
});

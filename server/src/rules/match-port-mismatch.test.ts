import { describe, expect, it } from 'vitest';
import { expectFindings } from '../../../test/support/annotated.ts';
import { changed, codesOf, fixtureOf, HTTP } from '../../../test/support/egress.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('match-port-mismatch', () => {
  const [mesh = '', own = ''] = HTTP.route.split(/^(?= {4}- match:\n {8}- gateways: \[istio-system)/m);

  it('finds a port that is not the port of the server', () => {
    const route = mesh + changed(own, 'port: 80', 'port: 8080 # of the pod');
    expectFindings(
      fixtureOf({
        ...HTTP,
        route: changed(
          route,
          '# of the pod\n',
          '# of the pod\n#               ^^^^ error match-port-mismatch: 404 at the egress gateway: port 8080 is not the port of the server, 80, which is what a gateway compares `match.port` with. Use 80.\n',
        ),
      }),
    );
    expect(provenFixes(fixtureOf({ ...HTTP, route }))).toEqual(['Use port 80']);
  });

  it('is silent where the match has no port', () => {
    expect(codesOf({ ...HTTP, route: mesh + changed(own, '          port: 80\n', '') })).toEqual([]);
  });

  it('is silent where the port of another match of the rule fits', () => {
    const route =
      mesh + changed(own, 'port: 80', 'port: 8080\n        - gateways: [istio-system/egress]\n          port: 80');
    expect(codesOf({ ...HTTP, route })).toEqual([]);
  });
});

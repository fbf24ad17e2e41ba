/** Parents of routes of Gateway API that are not there. */
import { describe, expect, it } from 'vitest';
import { COMPLETE, expectFindings } from '../../../test/support/annotated.ts';
import { changed } from '../../../test/support/egress.ts';
import { API_HTTP, apiFindings, apiFixture, SETTINGS, edited } from '../../../test/support/gateway-api.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('route-parent-not-found', () => {
  it('finds a ServiceEntry without its group', () => {
    const wrong = edited(
      API_HTTP,
      'to',
      '    - group: networking.istio.io\n      kind: ServiceEntry\n',
      '    - kind: ServiceEntry\n#           ^^^^^^^^^^^^ error route-parent-not-found: Not used by sidecars: istiod knows no parent of kind ServiceEntry without a group, and leaves it out. Write `group: networking.istio.io`.\n',
    );
    expectFindings(apiFixture(wrong));
    expect(provenFixes(apiFixture(wrong))).toEqual(['Write group: networking.istio.io']);
  });

  it('finds a ServiceEntry without its kind', () => {
    const wrong = edited(
      API_HTTP,
      'to',
      '    - group: networking.istio.io\n      kind: ServiceEntry\n',
      '    - group: networking.istio.io\n#            ^^^^^^^^^^^^^^^^^^^ error route-parent-not-found: Not used by sidecars: istiod knows no parent without a kind with `group: networking.istio.io`, and leaves it out. Write `kind: ServiceEntry`.\n',
    );
    expectFindings(apiFixture(wrong));
    expect(provenFixes(apiFixture(wrong))).toEqual(['Write kind: ServiceEntry']);
  });

  it('finds a slip in the group', () => {
    const wrong = edited(
      API_HTTP,
      'to',
      '    - group: networking.istio.io\n',
      '    - group: neworking.istio.io\n#            ^^^^^^^^^^^^^^^^^^ error route-parent-not-found: Not used by sidecars: istiod knows no parent of kind ServiceEntry with `group: neworking.istio.io`, and leaves it out. Write `group: networking.istio.io`.\n',
    );
    expectFindings(apiFixture(wrong));
    expect(provenFixes(apiFixture(wrong))).toEqual(['Write group: networking.istio.io']);
  });

  it('is silent about kinds of these names in groups of others', () => {
    expect(apiFindings(edited(API_HTTP, 'to', 'networking.istio.io', 'mesh.example.com'))).toEqual([]);
  });

  it('finds a ServiceEntry of another namespace', () => {
    const moved = edited(API_HTTP, 'entry', 'namespace: app', 'namespace: shared');
    const wrong = edited(
      moved,
      'to',
      '      name: api\n',
      "      name: api\n#           ^^^ error route-parent-not-found: Not used by sidecars: ServiceEntry `app/api` does not exist. Without a namespace it is looked for in the route's own. Use `shared/api`.\n",
    );
    expectFindings(apiFixture(wrong));
  });

  it('finds a listener and ports that are not there', () => {
    expect(apiFindings(edited(API_HTTP, 'from', '- name: gw\n', '- name: gw\n      sectionName: https\n'))).toEqual([
      'error route-parent-not-found',
    ]);
    expect(apiFindings(edited(API_HTTP, 'from', '- name: gw\n', '- name: gw\n      port: 8080\n'))).toEqual([
      'error route-parent-not-found',
    ]);
    expect(apiFindings(edited(API_HTTP, 'to', 'name: api\n', 'name: api\n      port: 443\n'))).toEqual([
      'error route-parent-not-found',
    ]);
  });

  it('finds a Gateway by its name in another namespace', () => {
    const wrong = edited(API_HTTP, 'from', 'namespace: egress', 'namespace: app');
    expect(apiFindings(wrong)).toEqual(['error route-parent-not-found']);
    const admitting = edited(
      wrong,
      'gateway',
      '      hostname',
      '      allowedRoutes: {namespaces: {from: All}}\n      hostname',
    );
    expect(provenFixes(apiFixture({ ...admitting, more: SETTINGS }))).toEqual([
      'Use egress/gw',
      'It lives elsewhere: declare Gateway app/gw in .istio-egress.yaml',
    ]);
  });

  it('does not name a Gateway that would not take the route: one of the two is to move', () => {
    const route = edited(API_HTTP, 'from', 'namespace: egress', 'namespace: app');
    expect(provenFixes(apiFixture({ ...route, more: SETTINGS }))).toContain(
      'Move HTTPRoute app/from-gateway to egress',
    );
    const gateway = edited(API_HTTP, 'gateway', 'namespace: egress', 'namespace: infra');
    expect(apiFindings({ ...gateway, more: COMPLETE })).toEqual([
      'error route-backend-invalid',
      'error route-parent-not-found',
    ]);
    expect(provenFixes(apiFixture({ ...gateway, more: COMPLETE }))).toContain('Move Gateway infra/gw to egress');
  });

  it('is silent about what the settings say lives elsewhere', () => {
    const settings = (external: string) => `# -- .istio-egress.yaml\nexternal: ["${external}"]\n`;
    const gateway = edited(API_HTTP, 'from', 'namespace: egress', 'namespace: app');
    expect(apiFindings({ ...gateway, more: settings('Gateway app/gw') })).toEqual([]);
    const entry = edited(API_HTTP, 'entry', 'namespace: app', 'namespace: external');
    expect(apiFindings({ ...entry, more: settings('ServiceEntry app/api') })).toEqual([]);
  });

  it.each([
    ['a Gateway that may live elsewhere', edited(API_HTTP, 'from', '- name: gw', '- {name: other, namespace: infra}')],
    ['a placeholder', edited(API_HTTP, 'from', '- name: gw', '- name: "${GATEWAY}"')],
    ['a route without a namespace', edited(API_HTTP, 'from', ', namespace: egress', '')],
    [
      'a parent of another controller',
      edited(API_HTTP, 'from', '- name: gw', '- {group: other.io, kind: Mesh, name: x}\n    - name: gw'),
    ],
    ['a Service as a parent', edited(API_HTTP, 'to', 'rules:', '  - {group: "", kind: Service, name: api}\n  rules:')],
    ['a section that is there', edited(API_HTTP, 'from', '- name: gw', '- {name: gw, sectionName: http, port: 80}')],
  ])('is silent about %s', (_title, egress) => {
    expect(apiFindings(egress).filter((each) => each.includes('route-parent'))).toEqual([]);
  });

  it('is silent where the same name is in two namespaces', () => {
    const moved = edited(API_HTTP, 'entry', 'namespace: app', 'namespace: one');
    const more = `# -- second.yaml\n${changed(API_HTTP.entry, 'namespace: app', 'namespace: two')}`;
    expect(apiFindings({ ...moved, more }).filter((each) => each.startsWith('error'))).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { choicesAt, completed } from '../../../../test/support/completed.ts';

/** An egress gateway in `gateways`, with Gateways and hosts of several teams. */
const MESH = `# -- mesh.yaml
apiVersion: v1
kind: Service
metadata: {name: egress, namespace: gateways}
spec:
  selector: {istio: egress}
  ports:
    - {name: http2, port: 80}
    - {name: tls, port: 443}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: api, namespace: gateways}
spec:
  selector: {istio: egress}
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      tls: {mode: PASSTHROUGH}
      hosts: [api.example.com]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: other, namespace: team}
spec:
  selector: {istio: egress}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [other.example.com]
    - port: {number: 443, name: https, protocol: HTTPS}
      tls: {mode: SIMPLE, credentialName: other-certificate}
      hosts: [other.example.com]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: team}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: wild, namespace: shared}
spec:
  hosts: ["*.example.org"]
  ports: [{number: 443, name: tls, protocol: TLS}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: hidden, namespace: shared}
spec:
  hosts: [hidden.example.com]
  exportTo: ["."]
  ports: [{number: 443, name: tls, protocol: TLS}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress, namespace: gateways}
spec:
  host: egress.gateways.svc.cluster.local
  subsets: [{name: api}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress, namespace: shared}
spec:
  host: egress.gateways.svc.cluster.local
  subsets: [{name: lost}]
`;

/** A VirtualService or another resource of namespace \`team\` with this spec, beside the mesh above. */
function inTeam(spec: string, kind = 'VirtualService', namespace = 'team'): string {
  return `${MESH}# -- edited.yaml
apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: {name: edited, namespace: ${namespace}}
spec:
${spec}
`;
}

/** The same with one \`tls\` rule for some gateways. */
function rule(gateways: string, rest: string): string {
  return inTeam(`  hosts: [api.example.com]
  gateways: [mesh, gateways/api]
  tls:
    - match:
        - gateways: [${gateways}]
${rest}`);
}

const API = 'gateways/api · 443 TLS PASSTHROUGH: api.example.com';
const OTHER = 'other · 80 HTTP: other.example.com; 443 HTTPS SIMPLE: other.example.com';
const SIDECARS = 'mesh · the sidecars of the mesh';

describe('gateways of a VirtualService', () => {
  it('are written as its namespace must write them, those that take its host first', () => {
    expect(choicesAt(inTeam('  hosts: [api.example.com]\n  gateways:\n    - |'))).toEqual([API, SIDECARS, OTHER]);
    expect(choicesAt(inTeam('  hosts: [other.example.com]\n  gateways:\n    - |'))).toEqual([OTHER, SIDECARS, API]);
    expect(choicesAt(inTeam('  hosts: [api.example.com]\n  gateways:\n    - |', 'VirtualService', 'gateways'))).toEqual(
      [API.replace('gateways/', ''), SIDECARS, OTHER.replace('other', 'team/other')],
    );
  });

  it('are not offered twice', () => {
    expect(choicesAt(inTeam('  hosts: [api.example.com]\n  gateways: [mesh, |]'))).toEqual([API, OTHER]);
  });

  it.each([
    ['a list that is not begun', '  gateways: |', '  gateways: [other]'],
    ['a list on lines of its own', '  gateways:\n    |', '  gateways:\n    - other'],
    ['a dash without a blank', '  gateways:\n  - mesh\n  -|', '  gateways:\n  - mesh\n  - other'],
    ['a missing dash', '  gateways:\n    - mesh\n    o|', '  gateways:\n    - mesh\n    - other'],
    ['the middle of a word', '  gateways: [mesh, ga|teways/x]', '  gateways: [mesh, other]'],
    ['quotes', '  gateways: ["|"]', '  gateways: ["other"]'],
    ['single quotes that are not closed', "  gateways:\n    - 'o|", "  gateways:\n    - 'other'"],
    ['a comment behind', '  gateways: # ours\n    - | # new', '  gateways: # ours\n    - other # new'],
    ['CRLF', '  gateways:\r\n    - |\r\n  tls: []', '  gateways:\r\n    - other\r\n  tls: []'],
    ['a list that is not closed', '  gateways: [mesh, |\n  tls: []', '  gateways: [mesh, other\n  tls: []'],
    ['broken text elsewhere', '  gateways: [|]\n  tls: {"\n  http: ]', '  gateways: [other]\n  tls: {"\n  http: ]'],
  ])('go into the place of the whole token: %s', (_, before, after) => {
    const head = '  hosts: [other.example.com]\n';
    const { chosen } = completed(inTeam(head + before));
    expect(chosen).toBe(
      inTeam(head + after).slice(inTeam('').indexOf('# -- edited.yaml\n') + '# -- edited.yaml\n'.length),
    );
  });

  it('are compared with what is written, quote and all', () => {
    const { items } = completed(inTeam('  hosts: [api.example.com]\n  gateways: [mesh, "|"]')).completion;
    expect(items.map(({ label, filter }) => [label, filter])).toEqual([
      ['gateways/api', '"gateways/api'],
      ['other', '"other'],
    ]);
  });

  it('in a match are those of the VirtualService first', () => {
    expect(choicesAt(rule('|', ''))).toEqual([SIDECARS, API, 'other · not in spec.gateways']);
    expect(choicesAt(rule('mesh, |', ''))).toEqual([API, 'other · not in spec.gateways']);
  });

  it('have their namespace where that of the VirtualService is not known', () => {
    const fixture = inTeam('  hosts: [other.example.com]\n  gateways: [|]').replace(
      'edited, namespace: team',
      'edited',
    );
    expect(choicesAt(fixture)).toEqual([OTHER.replace('other', 'team/other'), SIDECARS, API]);
  });

  it('have the namespace that Kustomize gives the VirtualService', () => {
    const fixture = `# -- kustomization.yaml
namespace: team
resources: [gateway.yaml, route.yaml]
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress}
spec:
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api}
spec:
  hosts: [api.example.com]
  gateways: [|]
`;
    expect(choicesAt(fixture)).toEqual(['egress · 80 HTTP: api.example.com', SIDECARS]);
  });
});

const ENTRY = 'api.example.com · ServiceEntry, DNS, 80 HTTP, 443 TLS';
const WILD = '"*.example.org" · ServiceEntry, 443 TLS';
const EGRESS = 'egress.gateways.svc.cluster.local · gateway, 80, 443';
const STANDARD = 'istio-egressgateway.istio-system.svc.cluster.local · gateway of the standard install, 80, 443';

describe('hosts', () => {
  it('of a VirtualService are those that its namespace sees, routed ones last', () => {
    expect(choicesAt(inTeam('  hosts: [|]'))).toEqual([ENTRY, WILD]);
    const routed = `${inTeam('  hosts: [|]')}---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: first, namespace: team}
spec: {hosts: [api.example.com]}
`;
    expect(choicesAt(routed)).toEqual([WILD, 'api.example.com · routed by team/first']);
  });

  it('of a server are those of the VirtualServices that are bound to it first', () => {
    const route = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: first, namespace: shared}
spec: {hosts: [new.example.com], gateways: [team/edited]}
`;
    const server = (hosts: string) => inTeam(`  servers:\n    - hosts: [${hosts}]`, 'Gateway') + route;
    expect(choicesAt(server('|'))).toEqual(['new.example.com · routed by shared/first', ENTRY, WILD]);
    expect(choicesAt(server('team/x, |'))).toEqual([
      'shared/new.example.com · routed by shared/first',
      `"*/${ENTRY.replace(' ·', '" ·')}`,
      WILD.replace('"', '"*/'),
    ]);
  });

  it('of a DestinationRule are full names', () => {
    expect(choicesAt(inTeam('  host: |', 'DestinationRule'))).toEqual([
      ENTRY,
      STANDARD,
      WILD,
      'egress.gateways.svc.cluster.local · Service, 80, 443',
    ]);
  });

  it('of a destination are the gateway for sidecars, and the outside for the gateway', () => {
    const to = '      route:\n        - destination:\n            host: |';
    expect(choicesAt(rule('mesh', to))).toEqual([EGRESS, STANDARD, ENTRY, WILD]);
    expect(choicesAt(rule('gateways/api', to))).toEqual([ENTRY, WILD, EGRESS, STANDARD]);
  });

  it('of server names are those of the VirtualService', () => {
    expect(choicesAt(rule('mesh', '          sniHosts:\n          - |'))).toEqual(['api.example.com']);
    expect(choicesAt(rule('mesh', '          sniHosts: [api.example.com, |]'))).toEqual([]);
  });

  it('of a Sidecar are what the routes of its namespace need, then whole namespaces', () => {
    const route = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: first, namespace: team}
spec: {hosts: ["*.example.org"]}
`;
    const wide = [
      './* · all of its own namespace',
      'istio-system/* · all of the root namespace',
      'gateways/* · all of namespace gateways',
      'shared/* · all of namespace shared',
    ];
    const every = '"*/*" · all of every namespace, as without a Sidecar';
    const fixture = (hosts: string) => inTeam(`  egress:\n    - hosts: [${hosts}]`, 'Sidecar');
    expect(choicesAt(fixture('|') + route)).toEqual(['shared/*.example.org · routed by first', ...wide, every]);
    expect(choicesAt(fixture('./*, shared/|'))).toEqual([
      ...wide.slice(1),
      'shared/*.example.org · ServiceEntry, 443 TLS',
      every,
    ]);
  });
});

describe('namespaces in exportTo', () => {
  it('are that of the gateway pods first', () => {
    const spec = '  hosts: [api.example.com]\n  gateways: [mesh, gateways/api]\n  exportTo: [|]';
    expect(choicesAt(inTeam(spec))).toEqual([
      'gateways · where the pods of its gateway run',
      '. · its own namespace, team',
      '"*" · every namespace',
      'istio-system',
      'shared',
      'team',
    ]);
  });

  it('of a ServiceEntry are told by the route of its host', () => {
    const route = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: first, namespace: shared}
spec: {hosts: [new.example.com], gateways: [mesh, gateways/api]}
`;
    expect(
      choicesAt(inTeam('  hosts: [new.example.com]\n  exportTo:\n    - "."\n    - |', 'ServiceEntry') + route),
    ).toEqual([
      'gateways · where the pods of its gateway run',
      '"*" · every namespace',
      'istio-system',
      'shared',
      'team',
    ]);
  });
});

describe('ports', () => {
  it('of a match are those that sidecars or the gateway look at such rules on', () => {
    expect(choicesAt(rule('mesh', '          port: |'))).toEqual([
      '443 · TLS',
      '80 · HTTP, sidecars look at no tls rules there',
    ]);
    expect(choicesAt(rule('gateways/api', '          port: |'))).toEqual(['443 · TLS, server of the gateway']);
  });

  it('of a destination are those that the server has, and that fit the rule', () => {
    const to = (host: string) =>
      `      route:\n        - destination:\n            host: ${host}\n            port: {number: |}`;
    expect(choicesAt(rule('mesh', to('egress.gateways.svc.cluster.local')))).toEqual([
      '443 · TLS, server TLS PASSTHROUGH',
      '80 · HTTP2, no server of the gateway opens it',
    ]);
    expect(choicesAt(rule('gateways/api', to('api.example.com')))).toEqual(['443 · TLS', '80 · HTTP']);
    expect(choicesAt(rule('mesh', to('nobody.example.com')))).toEqual([]);
  });

  it('of an http rule prefer the one that TLS is added for', () => {
    const spec = `  hosts: [api.example.com]
  gateways: [gateways/api]
  http:
    - route:
        - destination:
            host: api.example.com
            port:
              number: |`;
    expect(choicesAt(inTeam(spec))).toEqual(['80 · HTTP', '443 · TLS, plain HTTP to a TLS port']);
    const tls = `---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: api, namespace: gateways}
spec:
  host: api.example.com
  trafficPolicy:
    portLevelSettings: [{port: {number: 443}, tls: {mode: SIMPLE}}]
`;
    expect(choicesAt(inTeam(spec) + tls)).toEqual(['443 · TLS, a DestinationRule adds TLS', '80 · HTTP']);
  });

  it('of a server are those of the Service before its pods, free ones first', () => {
    const spec = '  selector: {istio: egress}\n  servers:\n    - port: {number: 80}\n    - port:\n        number: |';
    expect(choicesAt(inTeam(spec, 'Gateway'))).toEqual(['443 · tls, port of egress', '80 · http2, port of egress']);
  });

  it('of settings are those that have none yet', () => {
    const spec = `  host: egress.gateways.svc.cluster.local
  trafficPolicy:
    portLevelSettings:
      - port: {number: 80}
      - port: {number: |}`;
    expect(choicesAt(inTeam(spec, 'DestinationRule'))).toEqual(['443 · TLS']);
  });
});

describe('subsets', () => {
  it('that the client cannot use come last, and say so', () => {
    const to =
      '      route:\n        - destination:\n            host: egress.gateways.svc.cluster.local\n            subset: |';
    expect(choicesAt(rule('mesh', to))).toEqual([
      'api · DestinationRule gateways/egress',
      'lost · out of reach of team: DestinationRule shared/egress',
    ]);
  });
});

describe('constants', () => {
  it('of protocols fit the number beside them', () => {
    const first = (number: number) =>
      choicesAt(inTeam(`  ports:\n    - {number: ${number}, protocol: |}`, 'ServiceEntry'))[0]?.split(' ')[0];
    expect([80, 443, 5432].map(first)).toEqual(['HTTP', 'TLS', 'TCP']);
  });

  it('of a server say which rules it takes', () => {
    const modes = (protocol: string) =>
      choicesAt(
        inTeam(`  servers:\n    - port: {number: 443, protocol: ${protocol}}\n      tls: {mode: |}`, 'Gateway'),
      );
    expect(modes('TLS')).toEqual([
      'PASSTHROUGH · lets TLS through by its server name, without a certificate: tls rules',
      "ISTIO_MUTUAL · ends the mesh's own mutual TLS from sidecars: tcp rules",
      'SIMPLE · ends TLS with its own certificate: tcp rules',
      "MUTUAL · ends TLS and asks for the client's certificate: tcp rules",
      "OPTIONAL_MUTUAL · ends TLS and takes the client's certificate if it sends one: tcp rules",
      'AUTO_PASSTHROUGH · for services of the mesh by their names in SNI: takes no rules',
    ]);
    expect(modes('HTTPS').slice(0, 2)).toEqual([
      "ISTIO_MUTUAL · ends the mesh's own mutual TLS from sidecars: http rules",
      'SIMPLE · ends TLS with its own certificate: http rules',
    ]);
  });

  it('of a DestinationRule fit its host', () => {
    const first = (host: string) =>
      choicesAt(inTeam(`  host: ${host}\n  trafficPolicy:\n    tls:\n      mode: |`, 'DestinationRule'))[0]?.split(
        ' ',
      )[0];
    expect(['egress.gateways.svc.cluster.local', 'api.example.com'].map(first)).toEqual(['ISTIO_MUTUAL', 'SIMPLE']);
  });

  it('of a Sidecar and of a ServiceEntry have a line each', () => {
    expect(choicesAt(inTeam('  outboundTrafficPolicy:\n    mode: |', 'Sidecar'))).toEqual([
      'REGISTRY_ONLY · calls to hosts that nothing declares are refused',
      'ALLOW_ANY · calls to hosts that nothing declares go straight out',
    ]);
    expect(choicesAt(inTeam('  location: |', 'ServiceEntry'))).toEqual([
      'MESH_EXTERNAL · outside of the mesh: no mutual TLS of the mesh',
      'MESH_INTERNAL · a part of the mesh, such as a virtual machine',
    ]);
    const resolution = (host: string) => choicesAt(inTeam(`  hosts: ["${host}"]\n  resolution: |`, 'ServiceEntry'));
    expect(resolution('a.example.com').map((each) => each.split(' ')[0])).toEqual([
      'DNS',
      'STATIC',
      'NONE',
      'DNS_ROUND_ROBIN',
      'DYNAMIC_DNS',
    ]);
    expect(
      resolution('*.example.com')
        .map((each) => each.split(' ')[0])
        .slice(0, 2),
    ).toEqual(['NONE', 'DYNAMIC_DNS']);
  });
});

describe('the rest of a Gateway', () => {
  it('selects pods that are known', () => {
    expect(choicesAt(inTeam('  selector:\n    |', 'Gateway'))).toEqual([
      'istio: egress · selected by Gateway gateways/api',
      'app: istio-egressgateway · standard install, istio-system',
      'istio: egressgateway · standard install, istio-system',
    ]);
    expect(choicesAt(inTeam('  selector: {istio: |}', 'Gateway'))).toEqual([
      'egress · selected by Gateway gateways/api',
      'egressgateway · standard install, istio-system',
    ]);
  });

  it('takes certificates that its neighbours take', () => {
    expect(choicesAt(inTeam('  servers:\n    - tls: {credentialName: |}', 'Gateway'))).toEqual([
      'other-certificate · used by Gateway team/other',
    ]);
    expect(choicesAt(inTeam('  servers:\n    - tls: {credentialName: |}', 'Gateway', 'shared'))).toEqual([]);
  });
});

describe('names of fields', () => {
  it('are those that are not there yet, needed ones first', () => {
    expect(choicesAt(inTeam('  location: MESH_EXTERNAL\n  |\n  exportTo: ["."]', 'ServiceEntry'))).toEqual([
      'hosts: · list, required',
      'addresses: · list',
      'endpoints: · list',
      'ports: · list',
      'resolution:  · string',
      'subjectAltNames: · list',
      'workloadSelector: · object',
    ]);
  });

  it('leave a colon that is there', () => {
    const { chosen } = completed(inTeam('  ports:\n    - {name: http, prot|: HTTP}', 'ServiceEntry'));
    expect(chosen).toContain('- {name: http, number: HTTP}');
  });

  it('and constants are left to another tool where there is one', () => {
    const elsewhere = (spec: string, kind: string) => completed(inTeam(spec, kind), { schemas: 'elsewhere' }).choices;
    expect(elsewhere('  |', 'ServiceEntry')).toEqual([]);
    expect(elsewhere('  resolution: |', 'ServiceEntry')).toEqual([]);
    expect(elsewhere('  hosts: [|]', 'VirtualService')).toEqual([ENTRY, WILD]);
  });
});

describe('nothing completes', () => {
  it.each([
    ['in comments', inTeam('  gateways: [mesh] # |')],
    ['in templates', inTeam('  gateways: ["{{ .Values.| }}"]')],
    ['in other kinds', inTeam('  gateways: [|]', 'EnvoyFilter')],
    [
      'in Gateways of the Gateway API',
      inTeam('  selector: {istio: |}', 'Gateway').replace(
        /networking.istio.io\/v1(?=\nkind: Gateway\nmetadata: {name: edited)/,
        'gateway.networking.k8s.io/v1',
      ),
    ],
    [
      'in resources without a version',
      inTeam('  gateways: [|]').replace(/apiVersion: .*\n(?=kind: VirtualService)/, ''),
    ],
    ['in free text', inTeam('  http:\n    - name: |')],
    ['behind a blank in a value', inTeam('  gateways: [a |]')],
  ])('%s', (_, fixture) => {
    expect(choicesAt(fixture)).toEqual([]);
  });

  it('by itself at the beginning of a line', () => {
    const fixture = inTeam('  gateways:\n    |');
    expect(completed(fixture, { schemas: 'here', trigger: ' ' }).choices).toEqual([]);
    expect(completed(fixture, { schemas: 'here' }).choices).not.toEqual([]);
  });
});

describe('where the resource is', () => {
  it('does not matter: JSON, lists of resources, resources without a name', () => {
    const json = `${MESH}# -- route.json
{"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": "a", "namespace": "team"},
 "spec": {"hosts": ["api.example.com"], "gateways": ["mesh", |]}}
`;
    expect(choicesAt(json).map((each) => each.split(' ')[0])).toEqual(['"gateways/api"', '"other"']);
    const list = `${MESH}# -- list.yaml
apiVersion: v1
kind: List
items:
  - apiVersion: networking.istio.io/v1
    kind: VirtualService
    metadata: {name: a, namespace: team}
    spec: {hosts: [api.example.com], gateways: [mesh, |]}
`;
    expect(choicesAt(list)).toEqual([API, OTHER]);
    const nameless = inTeam('  hosts: [api.example.com]\n  gateways: [mesh, |]').replace('name: edited, ', '');
    expect(choicesAt(nameless)).toEqual([API, OTHER]);
  });
});

describe('values that YAML would read otherwise', () => {
  it('are quoted, and others are not', () => {
    const yes = `---
apiVersion: v1
kind: Namespace
metadata: {name: "yes"}
`;
    expect(choicesAt(inTeam('  exportTo:\n    - |') + yes).slice(-2)).toEqual(['team', '"yes"']);
    expect(choicesAt(inTeam("  exportTo: ['|']") + yes).slice(-2)).toEqual(["'team'", "'yes'"]);
  });
});

describe('a large mesh', () => {
  const entries = Array.from(
    { length: 450 },
    (_, number) => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: entry-${number}, namespace: many}
spec: {hosts: [host-${number}.example.com]}
`,
  ).join('---\n');
  const large = (hosts: string) => completed(`${inTeam(`  hosts: [${hosts}]`)}# -- many.yaml\n${entries}`).completion;

  it('gives the beginning of a list, and says that there is more', () => {
    const { items, incomplete } = large('|');
    expect(incomplete).toBe(true);
    expect(items.length).toBe(200);
    expect(items.slice(0, 2).map(({ label }) => label)).toEqual(['api.example.com', '*.example.org']);
  });

  it('gives all of it that fits what is typed', () => {
    const { items, incomplete } = large('host-449|');
    expect(incomplete).toBe(false);
    expect(items.map(({ label }) => label)).toEqual(['host-449.example.com']);
  });
});

describe('any text', () => {
  const text = rule(
    'mesh, gateways/api',
    '      route:\n        - destination: {host: api.example.com, port: {number: 443}}',
  ).slice(inTeam('').indexOf('apiVersion: networking.istio.io/v1\nkind: VirtualService'));

  it('completes or does not, cut off anywhere and at any place of it, and never fails', () => {
    for (let end = 0; end <= text.length; end += 7) {
      const cut = text.slice(0, end);
      for (const offset of [end, Math.floor(end / 2)]) {
        const { completion } = completed(`# -- edited.yaml\n${cut.slice(0, offset)}|${cut.slice(offset)}`);
        expect(completion.range.start).toBeLessThanOrEqual(completion.range.end);
      }
    }
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileContents } from './contents.ts';
import { readContents, readParsed } from './read-contents.ts';
import type { Resource } from './types.ts';

const ENTRY = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team
spec:
  hosts:
  - api.example.com
`;

const GATEWAY = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
spec:
  servers:
  - hosts: ["*"]
`;

/** One line for each resource. */
function listed({ resources }: FileContents): readonly string[] {
  return resources.map(line);
}

function line({ kind, namespace, name, broken, templated }: Resource): string {
  const full = `${kind} ${namespace ? (namespace.value ?? '?') : '-'}/${name.value ?? '?'}`;
  return full + (broken ? ' broken' : '') + (templated ? ' templated' : '');
}

const at = (path: string, text: string) => readContents(`/w/${path}`, text);
const read = (text: string) => at('a.yaml', text);

describe('readContents', () => {
  it.each([
    [
      'several documents, comments and empty documents between them',
      `---\n# one\n${ENTRY}---\n---\n# two\n${GATEWAY}...\n`,
    ],
    ['CRLF', `${ENTRY}---\n${GATEWAY}`.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${ENTRY}---\n${GATEWAY}`],
    ['a List', `apiVersion: v1\nkind: List\nitems:\n${items(ENTRY)}${items(GATEWAY)}`],
    [
      'flow style',
      `{apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: api, namespace: team}, spec: {hosts: [a.b]}}\n---\n${GATEWAY}`,
    ],
    ['1-space indentation', `${ENTRY.replaceAll('  ', ' ')}---\n${GATEWAY.replaceAll('  ', ' ')}`],
    [
      'blanks before colons, blanks at the end of lines',
      `${ENTRY.replaceAll(':', ' :').replaceAll('\n', '  \n')}---\n${GATEWAY}`,
    ],
    ['20 blank lines at the end', `${ENTRY}---\n${GATEWAY}${'\n'.repeat(20)}`],
    ['kind before apiVersion', `${swapped(ENTRY)}---\n${swapped(GATEWAY)}`],
    ['null annotations', `${ENTRY.replace('metadata:', 'metadata:\n  annotations:')}---\n${GATEWAY}`],
  ])('reads %s', (_title, text) => {
    const contents = read(text);
    expect(listed(contents)).toEqual(['ServiceEntry team/api', 'Gateway -/egress']);
    expect(contents).toMatchObject({ class: 'read', problems: [], mayHold: [], suppressions: [] });
  });

  it('reads JSON with tabs', () => {
    const json = JSON.stringify(
      { apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: { name: 's' }, spec: { egress: [] } },
      undefined,
      '\t',
    );
    expect(listed(at('a.json', json))).toEqual(['Sidecar -/s']);
    expect(at('a.json', json).problems).toEqual([]);
  });

  it('gives every resource the range of its object', () => {
    const text = `# first\n${ENTRY}---\napiVersion: v1\nkind: List\nitems:\n${items(GATEWAY)}`;
    const ranges = read(text).resources.map(({ range, kindRange }) => [
      text.slice(range.start, range.end),
      text.slice(kindRange.start, kindRange.end),
    ]);
    expect(ranges).toEqual([
      [ENTRY.trimEnd(), 'ServiceEntry'],
      [items(GATEWAY).slice(2).trimEnd(), 'Gateway'],
    ]);
  });

  it('reads what Kubernetes would read: other types are noted with their place', () => {
    const text = ENTRY.replace('- api.example.com', '- on\n  - 080\n  - ~\n  - {a: b}').replace(
      'name: api',
      'name: 0777',
    );
    const [resource] = read(text).resources;
    expect(resource?.name.value).toBeUndefined();
    expect(
      resource?.mismatches.map(({ path, expected, actual, text: written }) => [path, expected, actual, written]),
    ).toEqual([
      ['metadata.name', 'string', 'number', '0777'],
      ['spec.hosts[0]', 'string', 'boolean', 'on'],
      ['spec.hosts[1]', 'string', 'number', '080'],
      ['spec.hosts[2]', 'string', 'null', '~'],
      ['spec.hosts[3]', 'string', 'object', '{a: b}'],
    ]);
  });

  it('notes labels that are no text, and a number in quotes', () => {
    const text = GATEWAY.replace('name: egress', 'name: egress\n  labels: {version: 1.0}').replace(
      '- hosts',
      '- port: {number: "80"}\n    tls: SIMPLE\n    hosts',
    );
    const [resource] = read(text).resources;
    expect(resource?.labels).toEqual({});
    expect(resource?.mismatches.map(({ path, expected, actual }) => [path, expected, actual])).toEqual([
      ['metadata.labels.version', 'string', 'number'],
      ['spec.servers[0].port.number', 'integer', 'string'],
      ['spec.servers[0].tls', 'object', 'string'],
    ]);
  });

  it('takes the last of duplicate keys, and reports the key', () => {
    const text = ENTRY.replace('  name: api\n', '  name: first\n  name: api\n');
    const contents = read(text);
    expect(listed(contents)).toEqual(['ServiceEntry team/api']);
    expect(contents.problems.map(({ code, range }) => [code, text.slice(range.start, range.end), range.start])).toEqual(
      [['duplicate-key', 'name', text.indexOf('name: api')]],
    );
  });

  it('resolves anchors and merge keys', () => {
    const text = ENTRY.replace('metadata:\n', 'metadata: &m\n').replace(
      '- api.example.com',
      '- &h api.example.com\n  - *h',
    );
    const [entry] = read(
      `${text}---\n${GATEWAY.replace('metadata:', 'metadata:\n  <<: {namespace: merged}')}`,
    ).resources;
    expect(entry).toMatchObject({ hosts: { items: [{ value: 'api.example.com' }, { value: 'api.example.com' }] } });
  });

  it('reads the neighbours of a broken document, and what can be read of it', () => {
    const text = `${ENTRY}---\n${GATEWAY.replace('["*"]', '["*"')}---\n${ENTRY.replace('name: api', 'name: other')}`;
    const contents = read(text);
    expect(listed(contents)).toEqual(['ServiceEntry team/api', 'Gateway -/egress broken', 'ServiceEntry team/other']);
    expect(contents.problems.map(({ code, range }) => [code, text.slice(range.start, range.end)])).toEqual([
      ['syntax', '["*"'],
    ]);
  });

  it('says what a document may hold that cannot be read', () => {
    const contents = read(`${ENTRY}---\napiVersion: networking.istio.io/v1\nkind: Gateway\n  metadata: [\n`);
    expect(listed(contents)).toEqual(['ServiceEntry team/api']);
    expect(contents.mayHold).toContain('Gateway');
    expect(contents.problems).toHaveLength(1);
  });

  it('reports nothing in documents that are not ours', () => {
    const chainsaw =
      'apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\nspec:\n  steps:\n      - apply:\n         resource:\n          apiVersion: networking.istio.io/v1\n        kind: [\n';
    expect(read(chainsaw)).toEqual({
      class: 'other',
      resources: [],
      assemblies: [],
      problems: [],
      mayHold: [],
      suppressions: [],
    });
    expect(read('a: 1\na: 2\n# istio.io\n').problems).toEqual([]);
  });

  it('costs nothing where no kind of ours is named', () => {
    expect(read('a: [').class).toBe('irrelevant');
    expect(at('notes.md', ENTRY).class).toBe('irrelevant');
  });

  it('says that a file is too large', () => {
    const contents = readContents('/w/a.yaml', ENTRY, { limit: 20 });
    expect(contents).toEqual({
      class: 'too-large',
      resources: [],
      assemblies: [],
      suppressions: [],
      problems: [],
      mayHold: ['ServiceEntry'],
    });
  });

  it('survives aliases that stand for billions of values', () => {
    const bomb = Array.from(
      { length: 12 },
      (_, i) =>
        `l${i}: &l${i} [${Array(10)
          .fill(i === 0 ? 'x' : `*l${i - 1}`)
          .join(', ')}]`,
    );
    const contents = read(`${ENTRY}${bomb.join('\n')}\n`);
    expect(listed(contents)).toEqual(['ServiceEntry team/api broken']);
    expect(contents.problems[0]?.code).toBe('unresolved-alias');
  });

  it('reads the objects of an OpenShift template as templated', () => {
    const text = `apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n${items(ENTRY.replace('api.example.com', `$${'{HOST}'}`))}`;
    expect(listed(read(text))).toEqual(['ServiceEntry team/api templated']);
  });
});

describe('templates', () => {
  it.each([
    ['Helm control structures', 'a.yaml', `{{- if .Values.egress }}\n${ENTRY}{{- end }}\n`],
    ['values in a chart', 'chart/templates/a.yaml', ENTRY.replace('api.example.com', '{{ $host }}')],
    ['ytt', 'a.yaml', `#@ load("@ytt:data", "data")\n---\n${ENTRY}`],
    ['Terraform', 'a.yaml.tpl', `%{ if egress }\n${ENTRY}%{ endif }\n`],
  ])('of %s are read as far as they parse, and nothing is reported', (_title, path, text) => {
    expect(at(path, text)).toMatchObject({ class: 'template', problems: [], mayHold: ['ServiceEntry'] });
    for (const resource of at(path, text).resources) expect(resource.templated).toBe(true);
  });

  it('that do not parse are not reported where only their document is one', () => {
    const text = `${ENTRY.replace('name: api', 'name: {{ name }}-api')}---\n${GATEWAY}`;
    const contents = read(text);
    expect(contents.problems).toEqual([]);
    expect(listed(contents).at(-1)).toBe('Gateway -/egress');
  });

  it.each([
    '{{ .host }}',
    '"{{ host }}"',
    `$${'{HOST}'}`,
    '$(HOST)',
    '<app_host>',
    '__HOST__',
    '"api.###DOMAIN###"',
    '"%HOST%"',
    'SERVICE_URL',
    'x.x.x.x.nip.io',
    '$IP/32',
    'a.REPLACEME.com',
    '{HOST}',
    '"{subdomain}.example.com"',
  ])('make %s unknown', (host) => {
    const [resource] = read(ENTRY.replace('api.example.com', host)).resources;
    expect(resource).toMatchObject({ templated: true, hosts: { items: [{ value: undefined }] }, mismatches: [] });
  });

  it.each([
    '"*"',
    '"~"',
    '.',
    '"*.example.com"',
    'team/*',
    'xn--e1afmkfd.example',
    '240.0.0.1',
    'localhost',
    'exchange-metrics.example.com',
  ])('leave %s alone', (host) => {
    const [resource] = read(ENTRY.replace('api.example.com', host)).resources;
    const value = host.replaceAll('"', '');
    expect(resource).toMatchObject({ templated: false, hosts: { items: [{ value }] }, mismatches: [] });
  });

  it('leave constants and regular expressions alone', () => {
    const text = `${ENTRY}  location: MESH_EXTERNAL\n---\n${GATEWAY.replace('Gateway', 'VirtualService').replace('servers:', 'http:').replace('- hosts: ["*"]', '- match: [{uri: {regex: "((a|b)c)<x>.*$"}}]')}`;
    const [entry, route] = read(text).resources;
    expect(entry).toMatchObject({ templated: false, location: { value: 'MESH_EXTERNAL' } });
    expect(route).toMatchObject({
      templated: false,
      http: { items: [{ match: { items: [{ uri: { regex: { value: '((a|b)c)<x>.*$' } } }] } }] },
    });
  });
});

describe('what is not a manifest to apply', () => {
  it.each([
    [
      'a JSON patch',
      'patch.yaml',
      'patch',
      '- op: replace\n  path: /spec/hosts\n  value: [a]\n# kind: Sidecar istio.io\n',
    ],
    ['a patch that deletes', 'delete.yaml', 'patch', ENTRY.replace('spec:', '$patch: delete\nspec:')],
    ['a part of an object', 'part.yaml', 'patch', ENTRY.slice(0, ENTRY.indexOf('spec:'))],
    ['values', 'values.yaml', 'values', 'egress:\n  serviceEntry:\n    hosts: [a]\n# networking.istio.io\n'],
    ["kuttl's expectation", '00-assert.yaml', 'other', ENTRY],
    [
      'a helm-unittest suite',
      'a_test.yaml',
      'other',
      'suite: s\ntests:\n- asserts:\n  - isKind: {of: ServiceEntry}\n  - equal: {path: apiVersion, value: networking.istio.io/v1}\n',
    ],
    [
      'a policy about our kinds',
      'policy.yaml',
      'other',
      'apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec: {rules: [{match: {kinds: [networking.istio.io/v1/Gateway]}}]}\n',
    ],
  ])('%s is read without resources and problems', (_title, path, kind, text) => {
    expect(at(path, text)).toEqual({
      class: kind,
      resources: [],
      assemblies: [],
      problems: [],
      mayHold: [],
      suppressions: [],
    });
  });
});

describe('half-typed text', () => {
  const route = GATEWAY.replace('Gateway', 'VirtualService').replace('servers:', 'http:');
  const fixture = `${ENTRY}---\n${route}---\n${GATEWAY}`;
  const middle = { start: ENTRY.length + 4, end: ENTRY.length + 4 + route.length };

  it('never throws, and leaves neighbours readable with exact ranges', () => {
    const slice = fc.record({
      from: fc.integer({ min: middle.start, max: middle.end }),
      length: fc.nat(80),
      typed: fc.constantFrom('', '[', '{', '"', "'", ' - ', ': ', '\t', '*', '&a', '|', '>', '!', '%', '#', '{{', '\n'),
    });
    fc.assert(
      fc.property(slice, ({ from, length, typed }) => {
        // The line of dashes below stays.
        const to = Math.min(from + length, middle.end - 1);
        const text = fixture.slice(0, from) + typed + fixture.slice(Math.max(from, to)).replace(/^(?=---)/, '\n');
        const { resources } = read(text);
        const shown = resources.map(({ range }) => text.slice(range.start, range.end));
        expect(shown.at(0)).toBe(ENTRY.trimEnd());
        expect(shown.at(-1)).toBe(GATEWAY.trimEnd());
        expect(resources.at(0)?.broken).toBe(false);
        expect(resources.at(-1)?.broken).toBe(false);
      }),
      { numRuns: 1000, seed: 1 },
    );
  });

  it('reads the same with and without the last parse', () => {
    const change = fc.record({
      at: fc.nat(fixture.length),
      removed: fc.nat(10),
      typed: fc.constantFrom('', 'x', '\n', '---\n', ': ', '['),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), (changes) => {
        let text = fixture;
        let previous = readParsed('/w/a.yaml', text).read;
        for (const { at: from, removed, typed } of changes) {
          text = text.slice(0, from) + typed + text.slice(from + removed);
          const next = readParsed('/w/a.yaml', text, previous ? { previous } : {});
          expect(next.contents).toEqual(read(text));
          previous = next.read;
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it('is plain data that can be sent to another thread', () => {
    const contents = read(fixture.replace('["*"]', '["*"'));
    expect(structuredClone(contents)).toEqual(contents);
  });
});

/** A manifest as an item of a list. */
function items(manifest: string): string {
  return manifest.replace(/^(?=.)/gm, '  ').replace('  ', '- ');
}

function swapped(manifest: string): string {
  const [version, kind, ...rest] = manifest.split('\n');
  return [kind, version, ...rest].join('\n');
}

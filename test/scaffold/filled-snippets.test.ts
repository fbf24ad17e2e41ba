/** Snippets that know their workspace: what they are filled in with, and that they bring no finding. */
import { describe, expect, it } from 'vitest';
import { createAnalysis } from '../../server/src/analysis/analysis.ts';
import { siteFindings } from '../../server/src/analysis/site-findings.ts';
import { readContents } from '../../server/src/manifest/read-contents.ts';
import { filledSnippets, takesSnippets } from '../../server/src/scaffold/filled-snippets.ts';
import { snippetText } from '../../server/src/scaffold/snippet-text.ts';
import { type Snippet, snippets } from '../../server/src/scaffold/snippets.ts';
import { finish } from '../../server/src/scaffold/steps.ts';
import type { Settings } from '../../server/src/workspace/settings.ts';
import { installs } from './installs.ts';
import { judge } from './judge.ts';
import { fixture, ROOT, siteOf, type Texts } from './site.ts';

const NEW = 'team-b/new.yaml';

/** What is offered for a file that is empty, or holds nothing but what is given. */
function filledIn(texts: Texts, path = NEW, settings: Partial<Settings> = {}): readonly Snippet[] {
  const site = siteOf(texts, settings);
  const analysis = createAnalysis({ root: ROOT, settings: { editor: settings } });
  analysis.update(
    [...texts].map(([each, text]) => ({
      path: `${ROOT}/${each}`,
      contents: readContents(`${ROOT}/${each}`, text),
    })),
  );
  const findings = siteFindings(analysis, new Map(analysis.snapshot.files));
  const file = { path: `${ROOT}/${path}`, with: (text: string) => `${texts.get(path) ?? ''}${text}\n` };
  return finish(filledSnippets({ ...site, findings }, file));
}

const bodyOf = (all: readonly Snippet[], prefix: string) => all.find((each) => each.prefix === prefix)?.body ?? '';

const TEAM = fixture(`# -- team-b/config.yaml
apiVersion: networking.istio.io/v1beta1
kind: ServiceEntry
metadata: {name: old, namespace: team-b}
spec:
  hosts: [old.partner.org]
  location: MESH_EXTERNAL
  ports: [{number: 443, name: tls, protocol: TLS}]
  resolution: DNS
`);

describe('a filled snippet', () => {
  for (const { name, gateway, texts, settings } of installs('gateways')) {
    it(`brings no finding, whichever it is: gateway ${name}`, () => {
      const all = new Map([...texts, ...TEAM]);
      const filled = filledIn(all, NEW, settings);
      const known = judge(all, settings).findings;
      expect(filled.length).toBeGreaterThan(0);
      for (const { prefix, body } of filled) {
        const text = `${snippetText(body)}\n`;
        const { findings, rejected } = judge(new Map([...all, [NEW, text]]), settings);
        expect([prefix, findings.filter((each) => !known.includes(each)), rejected]).toEqual([prefix, [], []]);
        expect([prefix, text.includes('team-a')]).toEqual([prefix, false]);
      }
      // What nothing in the workspace tells of is not known.
      if (name === 'none in the workspace' || gateway === undefined) return;
      // A Gateway of Gateway API is none that an install brings.
      const ofIstio = snippets().filter(({ prefix }) => !/gateway-api|httproute|tlsroute/.test(prefix));
      expect(filled.map(({ prefix }) => prefix)).toEqual(ofIstio.map(({ prefix }) => prefix));
      const service = `${gateway.split('/')[1]}.gateways.svc.cluster.local`;
      expect(bodyOf(filled, 'egress-http')).toContain(`host: ${service}`);
    });
  }

  it('has the version of the API, the namespace of the files beside it, and the ports of the gateway', () => {
    const [, , named] = installs('gateways');
    const body = bodyOf(filledIn(new Map([...(named?.texts ?? []), ...TEAM])), 'egress-tcp');
    expect(body).toContain('apiVersion: networking.istio.io/v1beta1');
    expect(body).toContain('namespace: ${3:team-b}');
    expect(body).toContain('istio: egress-proxy\n');
    // Its Service has a port of its own for this one, so the hop needs no TLS.
    expect(body).not.toContain('ISTIO_MUTUAL');
  });

  it('lets one choose among namespaces where the file tells none', () => {
    const [classic] = installs('gateways');
    const other = fixture(`# -- c/config.yaml
apiVersion: networking.istio.io/v1beta1
kind: ServiceEntry
metadata: {name: other, namespace: team-c}
spec:
  hosts: [other.partner.org]
  location: MESH_EXTERNAL
  ports: [{number: 443, name: tls, protocol: TLS}]
  resolution: DNS
`);
    const filled = filledIn(new Map([...(classic?.texts ?? []), ...TEAM, ...other]), 'new.yaml');
    expect(bodyOf(filled, 'egress-http')).toContain('namespace: ${3|team-b,team-c|}');
  });

  it('takes hosts that the workspace says nothing of', () => {
    const [classic] = installs('gateways');
    const taken = new Map([...TEAM].map(([path, text]) => [path, text.replace('old.partner.org', 'api.example.com')]));
    const filled = filledIn(new Map([...(classic?.texts ?? []), ...taken]));
    expect(bodyOf(filled, 'egress-http')).toContain('${1:api.example.org}');
    expect(bodyOf(filled, 'egress-wildcard')).toContain('*.example.org');
  });

  it('has the namespace of the kustomization that would list the file', () => {
    const kustomized = fixture(`# -- team-b/kustomization.yaml
namespace: team-b
resources: [config.yaml, gateway.yaml]
# -- team-b/gateway.yaml
apiVersion: v1
kind: Service
metadata: {name: egress}
spec:
  selector: {istio: egress}
  ports: [{name: http2, port: 80}, {name: https, port: 443}]
`);
    const filled = filledIn(new Map([...TEAM, ...kustomized]));
    const body = bodyOf(filled, 'egress-http');
    expect(body).toContain('host: egress.team-b.svc.cluster.local');
    expect(snippetText(body)).not.toContain('istio-system');
  });

  it('is not offered where the workspace changes nothing about it, or routes could not work beside what is there', () => {
    expect(filledIn(new Map([['new.yaml', '']]), 'new.yaml').map(({ prefix }) => prefix)).toEqual([]);
    const [classic] = installs('gateways');
    const hiding = fixture(`# -- team-b/sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: team-b}
spec:
  egress: [{hosts: [gateways/*]}]
`);
    const prefixes = filledIn(new Map([...(classic?.texts ?? []), ...TEAM, ...hiding])).map(({ prefix }) => prefix);
    expect(prefixes).toContain('egress-serviceentry');
    expect(prefixes).not.toContain('egress-http');
  });
});

describe('a file', () => {
  it('takes snippets where resources are in it', () => {
    const paths = ['/a/b.yaml', '/a/b.yml', '/a/kustomization.yaml', '/a/.istio-egress.yaml', '/a/b.json'];
    expect(paths.filter(takesSnippets)).toEqual(['/a/b.yaml', '/a/b.yml']);
  });
});

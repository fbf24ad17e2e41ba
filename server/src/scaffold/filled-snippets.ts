/** Snippets filled in with what a workspace tells: its gateway, its namespaces and its version of the API. Each is proved before it is offered. */
import { isKustomizationName } from '../manifest/assemblies.ts';
import { readContents } from '../manifest/read-contents.ts';
import type { Tracer } from '../trace/tracer.ts';
import { folderOf, nameOf, relativeTo } from '../workspace/paths.ts';
import type { ApplySet } from '../workspace/types.ts';
import { applyTextEdits } from '../yaml/apply-edits.ts';
import { resolveEdits } from '../yaml/resolve-edits.ts';
import { chooseApiVersion, chooseApplySet, chooseHome, writtenNamespaces } from './choose.ts';
import { type GatewayInstall, gatewayInstalls, isStandard } from './gateways.ts';
import { kustomizationOver } from './layout.ts';
import { planRoute } from './plan.ts';
import { snippetText } from './snippet-text.ts';
import { type Snippet, type SnippetFacts, snippets } from './snippets.ts';
import type { Steps } from './steps.ts';
import type { Site, SiteFinding } from './types.ts';
import { type World, worldOf } from './world.ts';

/** The file that a snippet is put into. */
export interface SnippetFile {
  /** Absolute. */
  readonly path: string;
  /** The file's text with this in the place of the snippet. */
  readonly with: (text: string) => string;
}

/** Domains of examples, by RFC 2606: the first that the workspace says nothing of is used. */
const DOMAINS = ['example.com', 'example.org', 'example.net'];

/** As many namespaces as anybody looks through. */
const NAMESPACES_AT_MOST = 20;

/**
 * The snippets that say something else here than everywhere, in steps. With its defaults, each is a route that works from its namespace, or a resource
 * without a fault, and brings no finding. What cannot be written beside what is there is left out.
 */
export function* filledSnippets(site: Site, file: SnippetFile): Steps<readonly Snippet[]> {
  const facts = factsOf(site, file);
  if (!facts) return [];
  const before = new Set((site.findings ? yield* site.findings(new Map()) : []).map(lineOf));
  const usual = new Map(snippets().map(({ prefix, body }) => [prefix, snippetText(body)]));
  const result: Snippet[] = [];
  for (const each of snippets(facts)) {
    yield undefined;
    const text = snippetText(each.body);
    if (text === '' || text === usual.get(each.prefix)) continue;
    if (yield* isSound(site, textsWith(site, file, text), each, before)) result.push(each);
  }
  return result;
}

/** What the workspace tells; undefined where that is nothing, or where it speaks of every domain of examples. */
function factsOf(site: Site, { path }: SnippetFile): SnippetFacts | undefined {
  const world = site.world?.() ?? worldOf(site);
  const set = setFor(site, world, path);
  if (!set) return undefined;
  const tracer = world.tracerOf(set);
  const [install] = gatewayInstalls(tracer.plane());
  const domain = DOMAINS.find((each) => isFree(tracer, each));
  if (!install || domain === undefined) return undefined;
  const written = writtenNamespaces(site, tracer, set);
  // Nothing is told that snippets do not say anyway.
  if (isStandard(install) && written.size === 0) return undefined;
  const own = namespaceOf(site, set, path);
  const home = own ?? chooseHome({ host: `api.${domain}`, pattern: 'tls-passthrough' }, tracer, install, written);
  const others = own === undefined ? [...written].filter((each) => each !== home && each !== install.namespace) : [];
  return {
    domain,
    home,
    others: others.sort().slice(0, NAMESPACES_AT_MOST),
    gateway: `${install.namespace}/${install.service}`,
    evidence: 'known',
    settings: {
      ...site.settings,
      sets: {},
      clients: [],
      complete: [],
      external: [],
      context: [],
      rules: {},
      overrides: [],
      egressGateways: isStandard(install) ? [] : [settingOf(install)],
    },
    // Where nothing is written yet, any namespace may be.
    written: written.size === 0 ? [] : [...new Set([...written, home])],
    apiVersion: chooseApiVersion(tracer),
  };
}

function settingOf({ namespace, service, selector, ports }: GatewayInstall) {
  return { service: `${namespace}/${service}`, selector, ports };
}

/** The set of the file, or of the kustomization that would list it. */
function setFor(site: Site, world: World, path: string): ApplySet | undefined {
  const kustomization = kustomizationOver(site, folderOf(path))?.path;
  const [own] = world.snapshot.setsOf(path);
  const over = world.snapshot.sets.find(({ members }) => kustomization !== undefined && members.has(kustomization));
  return over ?? own ?? chooseApplySet(world, { host: `api.${DOMAINS[0]}`, pattern: 'tls-passthrough' });
}

function isFree({ mesh }: Tracer, domain: string): boolean {
  const reader = mesh.reader();
  const hosts = [`api.${domain}`, `db.${domain}`, `www.${domain}`, `*.${domain}`];
  const isNew = (host: string) =>
    reader.hosting('VirtualService', host).length === 0 && reader.hosting('ServiceEntry', host).length === 0;
  return hosts.every(isNew) && reader.under('ServiceEntry', `*.${domain}`).length === 0;
}

/** The namespace of what is in the file already, of the kustomization over it, or of all files beside it. */
function namespaceOf(site: Site, set: ApplySet, path: string): string | undefined {
  const folder = folderOf(path);
  const given = set.members.get(path)?.namespace ?? kustomizationOver(site, folder)?.namespace;
  if (given !== undefined) return given;
  const namespacesIn = (isIn: (other: string) => boolean) =>
    new Set(
      [...site.files.values()]
        .filter((each) => isIn(each.path))
        .flatMap(({ contents }) => contents.resources.flatMap(({ namespace }) => namespace?.value ?? [])),
    );
  const own = namespacesIn((other) => other === path);
  const [only, more] = own.size > 0 ? own : namespacesIn((other) => folderOf(other) === folder);
  return more === undefined ? only : undefined;
}

/** The texts that change: the file, and the kustomization over it where that has to list it. */
function textsWith(site: Site, { path, with: textWith }: SnippetFile, snippet: string): ReadonlyMap<string, string> {
  const texts = new Map([[path, textWith(snippet)]]);
  const kustomization = kustomizationOver(site, folderOf(path));
  const before = kustomization && site.text(kustomization.path);
  if (!kustomization || before === undefined || kustomization.lists(path)) return texts;
  const value = relativeTo(folderOf(kustomization.path), path);
  const edits = resolveEdits(before, [{ kind: 'append-path', path: ['resources'], value }]);
  return edits ? texts.set(kustomization.path, applyTextEdits(before, edits)) : texts;
}

function* isSound(
  site: Site,
  texts: ReadonlyMap<string, string>,
  { request }: Snippet,
  before: ReadonlySet<string>,
): Steps<boolean> {
  if (request) {
    const files = new Map(site.files);
    for (const [path, text] of texts) files.set(path, { path, contents: readContents(path, text), context: false });
    const text = (path: string) => texts.get(path) ?? site.text(path);
    if (planRoute({ ...withoutFindings(site), files, text }, request).status !== 'unchanged') return false;
  }
  return (site.findings ? yield* site.findings(texts) : []).every((each) => before.has(lineOf(each)));
}

function withoutFindings({ root, settings, cluster }: Site): Omit<Site, 'files' | 'text'> {
  return { root, settings, ...(cluster ? { cluster } : {}) };
}

function lineOf({ code, message }: SiteFinding): string {
  return `${code} ${message}`;
}

/** Whether snippets belong into a file of this name: resources are in it, not what puts them together. */
export function takesSnippets(path: string): boolean {
  return /\.ya?ml$/i.test(path) && !isKustomizationName(nameOf(path)) && !nameOf(path).startsWith('.');
}

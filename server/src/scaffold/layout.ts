/** Where new resources are written: as the workspace writes those that it has. */
import type { Kind, Resource } from '../manifest/types.ts';
import { isKustomizationName, KUSTOMIZATION_NAMES } from '../manifest/assemblies.ts';
import { folderOf, isWithin, nameOf, relativeTo } from '../workspace/paths.ts';
import type { ApplySet, WorkspaceFile } from '../workspace/types.ts';
import { kindOf, type ResourceData, writtenKind } from './render.ts';
import type { Site } from './types.ts';

/** New resources and the file that they go to. */
export interface PlacedResources {
  readonly path: string;
  readonly resources: readonly ResourceData[];
}

const ISTIO_KINDS: ReadonlySet<Kind> = new Set<Kind>([
  'VirtualService',
  'Gateway',
  'ServiceEntry',
  'DestinationRule',
  'Sidecar',
  'K8sGateway',
  'HTTPRoute',
  'TLSRoute',
]);

interface Example {
  readonly path: string;
  readonly folder: string;
  /** The file's name without its ending. */
  readonly stem: string;
  readonly resources: readonly (Resource & { readonly in: string | undefined })[];
}

/**
 * Gives every new resource its file. A folder is that of resources of its kind and namespace, else of its namespace, else one named like the namespace, else the one that is asked for, else
 * that of the route's other resources. Within it: the file that has all of a kind or of a namespace, a file for each resource, or one file for the route.
 *
 * @param naming the name of a file for the whole route, without its ending, and the folder that is asked for
 */
export function placeResources(
  site: Site,
  set: ApplySet | undefined,
  resources: readonly ResourceData[],
  { route, asked }: { readonly route: string; readonly asked: string | undefined },
): readonly PlacedResources[] {
  const examples = examplesIn(site, set);
  const ending = endingOf(examples);
  const placed = new Map<string, ResourceData[]>();
  for (const resource of resources) {
    const path = pathFor(site, examples, resource, { ending, route, asked });
    placed.set(path, [...(placed.get(path) ?? []), resource]);
  }
  return [...placed].map(([path, list]) => ({ path, resources: list }));
}

function examplesIn({ files }: Site, set: ApplySet | undefined): readonly Example[] {
  const result: Example[] = [];
  for (const file of files.values()) {
    const { path, contents } = file;
    if (!isPlain(file) || (set && (!set.members.has(path) || set.members.get(path)?.role === 'seen'))) continue;
    const membership = set?.members.get(path);
    const resources = contents.resources.map((each) => ({
      ...each,
      in: membership?.namespace ?? (each.namespace ? each.namespace.value : membership?.defaultNamespace),
    }));
    if (resources.length === 0) continue;
    result.push({ path, folder: folderOf(path), stem: nameOf(path).replace(/\.(ya?ml)$/, ''), resources });
  }
  return result.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Files that resources can be written beside or into. */
function isPlain({ path, contents, context }: WorkspaceFile): boolean {
  return !context && contents.class === 'read' && /\.ya?ml$/.test(path);
}

interface Naming {
  readonly asked: string | undefined;
  readonly ending: string;
  readonly route: string;
}

function pathFor(site: Site, examples: readonly Example[], resource: ResourceData, naming: Naming): string {
  const folder = folderFor(site, examples, resource, naming.asked);
  const inside = examples.filter((each) => each.folder === folder);
  const shared = sharedFile(site, inside, resource);
  if (shared) return shared;
  const stem = perResourceStem(inside.length > 0 ? inside : examples, resource) ?? naming.route;
  return freePath(site, folder, stem, naming.ending);
}

function folderFor(
  site: Site,
  examples: readonly Example[],
  resource: ResourceData,
  asked: string | undefined,
): string {
  const { namespace } = resource;
  const kind = kindOf(resource);
  const known = new Map<string, boolean>();
  const fits = (folder: string) => {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const given = kustomizationOver(site, folder)?.namespace;
    const isFit = given === undefined || given === namespace;
    known.set(folder, isFit);
    return isFit;
  };
  const istio = examples.filter((each) => each.resources.some((other) => ISTIO_KINDS.has(other.kind)));
  const of = (test: (each: Example) => boolean) =>
    mostUsed(
      istio
        .filter(test)
        .map(({ folder }) => folder)
        .filter(fits),
    );
  const same = of(({ resources }) => resources.some((each) => each.kind === kind && each.in === namespace));
  if (same) return same;
  const near = of(({ resources }) => resources.some((each) => each.in === namespace));
  if (near) return near;
  const named = folderNamed(examples, namespace);
  if (named && fits(named)) return named;
  const any = mostUsed(
    examples
      .filter(({ resources }) => resources.some((each) => each.in === namespace))
      .map(({ folder }) => folder)
      .filter(fits),
  );
  if (any) return any;
  if (asked !== undefined && fits(asked)) return asked;
  const folders = [...istio, ...examples].map((each) => each.folder).filter(fits);
  return (
    mostUsed(istio.map((each) => each.folder).filter(fits)) ?? mostUsed(folders) ?? kustomized(site, fits) ?? site.root
  );
}

/** The folder of the first kustomization, where nothing else is written yet. */
function kustomized({ files }: Site, fits: (folder: string) => boolean): string | undefined {
  return [...files.keys()]
    .filter((path) => isKustomizationName(nameOf(path)))
    .map(folderOf)
    .filter(fits)
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0];
}

/** The folder of a namespace where folders are called as namespaces are: beside those that are. */
function folderNamed(examples: readonly Example[], namespace: string): string | undefined {
  const parents = examples
    .filter(({ folder, resources }) => resources.length > 0 && resources.every((each) => each.in === nameOf(folder)))
    .map(({ folder }) => folderOf(folder));
  const parent = mostUsed(parents);
  return parent === undefined ? undefined : `${parent}/${namespace}`;
}

/** A file that holds all resources of this kind, or all of this namespace: further ones are put at its end. */
function sharedFile(site: Site, inside: readonly Example[], resource: ResourceData): string | undefined {
  const { namespace } = resource;
  const kind = kindOf(resource);
  const appendable = inside.filter(({ path }) => isStream(site.text(path)));
  const word = resource.kind.toLowerCase();
  const ofKind = appendable.find(
    ({ stem, resources }) => isKindName(stem, word) && resources.every((each) => each.kind === kind),
  );
  if (ofKind) return ofKind.path;
  return appendable.find(
    ({ stem, resources }) => stem === namespace && resources.every((each) => each.in === namespace),
  )?.path;
}

function isKindName(stem: string, word: string): boolean {
  const bare = stem.toLowerCase().replace(/[-_.]/g, '');
  return bare === word || bare === `${word}s` || (word.endsWith('y') && bare === `${word.slice(0, -1)}ies`);
}

/** Whether documents can be put at a text's end: YAML in block style, not JSON and no `List`. */
function isStream(text: string | undefined): boolean {
  return (
    text !== undefined && !/^\s*[{[]/.test(text) && !/^kind:\s*\w*List\s*$/m.test(text) && !/^\.\.\.\s*$/m.test(text)
  );
}

/** The name of a file for one resource, where files hold one each and are called after it. */
function perResourceStem(examples: readonly Example[], resource: ResourceData): string | undefined {
  const single = examples.flatMap((each) => {
    const [only, second] = each.resources;
    return only && !second && ISTIO_KINDS.has(only.kind) ? [{ stem: each.stem, only }] : [];
  });
  const several = examples.filter(({ resources }) => resources.filter((each) => ISTIO_KINDS.has(each.kind)).length > 1);
  if (single.length === 0 || several.length >= single.length) return undefined;
  const kind = kindOf(resource);
  const alike = [...single.filter(({ only }) => only.kind === kind), ...single];
  for (const { stem, only } of alike) {
    const name = only.name.value;
    const own = writtenKind(only.kind).toLowerCase();
    if (name === undefined || !stem.includes(name)) continue;
    const form = stem.replace(name, '\0');
    // A file called like its only resource may as well be called like its route.
    if (form === '\0') continue;
    if (only.kind === kind) return form.replace('\0', resource.name);
    if (form.includes(own)) return form.replace(own, resource.kind.toLowerCase()).replace('\0', resource.name);
  }
  return undefined;
}

function freePath({ files, text }: Site, folder: string, stem: string, ending: string): string {
  for (let count = 1; ; count++) {
    const path = `${folder}/${stem}${count === 1 ? '' : `-${count}`}.${ending}`;
    if (!files.has(path) && text(path) === undefined) return path;
  }
}

function endingOf(examples: readonly Example[]): string {
  const short = examples.filter(({ path }) => path.endsWith('.yml')).length;
  return short > examples.length / 2 ? 'yml' : 'yaml';
}

function mostUsed(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0];
}

export interface PlacedKustomization {
  readonly path: string;
  readonly namespace: string | undefined;
  /** Resolved paths that it lists. */
  readonly lists: (path: string) => boolean;
}

/** The kustomization of a folder, or of the nearest folder above it within the workspace. */
export function kustomizationOver({ root, files }: Site, folder: string): PlacedKustomization | undefined {
  for (let at = folder; isWithin(root, at); at = folderOf(at)) {
    for (const name of KUSTOMIZATION_NAMES) {
      const path = `${at}/${name}`;
      const found = files.get(path)?.contents.assemblies.find((each) => each.kind === 'kustomize');
      if (!found) continue;
      return {
        path,
        namespace: found.namespace,
        lists: (other) => found.resources.some((each) => each.path.replace(/^\.\//, '') === relativeTo(at, other)),
      };
    }
    if (at === root || folderOf(at) === at) break;
  }
  return undefined;
}

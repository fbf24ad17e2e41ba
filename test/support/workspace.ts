/** Workspaces made of texts, and their apply sets in a form that tests can compare as a whole. */
import { readContents } from '../../server/src/manifest/read-contents.ts';
import { DEFAULT_SETTINGS, mergeSettings, type Settings } from '../../server/src/workspace/settings.ts';
import type { FileChange, Workspace } from '../../server/src/workspace/types.ts';
import { createWorkspace } from '../../server/src/workspace/workspace.ts';

const ROOT = '/workspace';

/** Paths relative to the workspace folder, with their texts. */
export type Texts = Readonly<Record<string, string>>;

export function workspaceOf(texts: Texts, settings: Partial<Settings> = {}): Workspace {
  const workspace = createWorkspace({ root: ROOT, settings: mergeSettings(DEFAULT_SETTINGS, settings) });
  workspace.apply(changesOf(texts));
  return workspace;
}

/** Changes that put these texts in place; undefined takes a file away. */
export function changesOf(texts: Readonly<Record<string, string | undefined>>): readonly FileChange[] {
  return Object.entries(texts).map(([path, text]) => ({
    path: `${ROOT}/${path}`,
    contents: text === undefined ? undefined : readContents(`${ROOT}/${path}`, text),
  }));
}

/**
 * All sets by id. Members are listed by path: `route.yaml`, `route.yaml = ns` where the set gives the namespace, `route.yaml ~ ns` where it
 * gives one to what names none, `(route.yaml)` where names are only looked up in it.
 */
export function setsOf({ snapshot }: Workspace): Readonly<Record<string, object>> {
  const sets = [...snapshot.sets].sort((a, b) => (a.id < b.id ? -1 : 1));
  return Object.fromEntries(
    sets.map(({ id, certainty, openBy, ambiguous, members }) => {
      const listed = [...members].map(([path, { role, namespace, defaultNamespace }]) => {
        const name = path.replace(`${ROOT}/`, '');
        const given = namespace === undefined ? '' : ` = ${namespace}`;
        const otherwise = defaultNamespace === undefined ? '' : ` ~ ${defaultNamespace}`;
        return `${role === 'seen' ? `(${name})` : name}${given}${otherwise}`;
      });
      const open = openBy === undefined ? {} : { open: openBy };
      const unknown = ambiguous.size === 0 ? {} : { ambiguous: [...ambiguous].sort() };
      return [id, { certainty, members: listed.sort(), ...open, ...unknown }];
    }),
  );
}

/** A resource with no more than what tells it from others. @param what differs where the resource is defined differently */
export function resource(kind: string, name: string, what = 'example.com'): string {
  const [namespace, short] = name.includes('/') ? name.split('/') : [undefined, name];
  const metadata = namespace === undefined ? `{name: ${short}}` : `{name: ${short}, namespace: ${namespace}}`;
  return `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: ${metadata}\nspec: {hosts: [${what}]}\n`;
}

/** A draft as files: what each was and what it becomes. */
import { folderOf, relativeTo } from '../workspace/paths.ts';
import { applyTextEdits } from '../yaml/apply-edits.ts';
import type { YamlEdit } from '../yaml/edits.ts';
import { resolveEdits } from '../yaml/resolve-edits.ts';
import type { Draft } from './draft.ts';
import { kustomizationOver, placeResources } from './layout.ts';
import { renderResources, withDocuments } from './render.ts';
import type { NewResource, PlannedFile } from './types.ts';

export interface DraftFiles {
  readonly files: readonly PlannedFile[];
  readonly created: readonly NewResource[];
}

/**
 * Places new resources, applies edits, and lists new files in the kustomization over them.
 *
 * @param naming the name of a file for the whole route, and the folder for what has no place yet
 * @returns undefined where an edit has no place in the text
 */
export function filesOf(
  draft: Draft,
  naming: { readonly route: string; readonly asked: string | undefined },
): DraftFiles | undefined {
  const { site, set } = draft;
  const before = new Map<string, string | undefined>();
  const after = new Map<string, string>();
  const read = (path: string) => {
    const text = site.text(path);
    before.set(path, text);
    return text;
  };
  const edits = new Map<string, readonly YamlEdit[]>(draft.edits);
  const created: NewResource[] = [];
  const placed = placeResources(site, set, draft.created, naming);
  for (const { path, resources } of placed) {
    for (const { kind, namespace, name } of resources) created.push({ kind, namespace, name, path });
    if (site.text(path) !== undefined) continue;
    const kustomization = kustomizationOver(site, folderOf(path));
    if (!kustomization || kustomization.lists(path)) continue;
    const value = relativeTo(folderOf(kustomization.path), path);
    const list = edits.get(kustomization.path) ?? [];
    edits.set(kustomization.path, [...list, { kind: 'append-path', path: ['resources'], value }]);
  }
  for (const [path, list] of edits) {
    const text = read(path);
    const resolved = text === undefined ? undefined : resolveEdits(text, innerFirst(list));
    if (text === undefined || !resolved) return undefined;
    after.set(path, applyTextEdits(text, resolved));
  }
  for (const { path, resources } of placed) {
    const text = after.get(path) ?? read(path);
    after.set(path, text === undefined ? renderResources(resources) : withDocuments(text, resources));
  }
  const files = [...after].map(([path, text]) => ({ path, before: before.get(path), after: text }));
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), created };
}

/** What is added at the end of a list, and of the mapping around it, is added at one place of the text: the inner one goes first. */
function innerFirst(edits: readonly YamlEdit[]): readonly YamlEdit[] {
  const start = (edit: YamlEdit) => ('range' in edit ? edit.range.start : -1);
  return [...edits].sort((a, b) => start(b) - start(a));
}

/** The second step: everything that was chosen, in rows that can be changed. */
import * as vscode from 'vscode';
import type { Place, PlannedRoute, RouteChoice, RouteConflict, RouteWayOut } from '../../../server/src/protocol.ts';

/** What a row does when it is chosen. */
export type RowAction =
  | { readonly kind: 'create' }
  | { readonly kind: 'done' }
  | { readonly kind: 'preview' }
  | { readonly kind: 'address' }
  | { readonly kind: 'choice'; readonly choice: RouteChoice }
  | { readonly kind: 'changes'; readonly changes: NonNullable<RouteWayOut['changes']> }
  | { readonly kind: 'type'; readonly choice: RouteChoice }
  | { readonly kind: 'open'; readonly place: Place };

export interface Row extends vscode.QuickPickItem {
  /** Absent for headings and for what is only told. */
  readonly action?: RowAction;
}

/** The rows of a plan: what can be done first, then what was chosen, then what is worth knowing. */
export function rowsOf(plan: PlannedRoute): readonly Row[] {
  return [...firstRows(plan), ...changeRows(plan), ...noteRows(plan)];
}

/** The other answers of a choice, and one to type. */
export function rowsOfChoice(choice: RouteChoice): readonly Row[] {
  const others = choice.alternatives.flatMap((each) => wayOutRows(each, ''));
  const type: Row = { label: `$(edit) ${vscode.l10n.t('Type another…')}`, action: { kind: 'type', choice } };
  return choice.typed ? [...others, type] : others;
}

function firstRows(plan: PlannedRoute): readonly Row[] {
  const [first] = plan.traced;
  const detail = first ? { detail: vscode.l10n.t('Traced from {0}: {1}', first.from, first.text) } : {};
  switch (plan.state) {
    case 'ready':
      return [
        { label: `✓ ${countsOf(plan)}`, ...detail, action: { kind: 'create' } },
        { label: `$(diff-multiple) ${vscode.l10n.t('Preview changes')}`, action: { kind: 'preview' } },
      ];
    case 'unchanged':
      return [
        {
          label: `✓ ${vscode.l10n.t('The route is there already: nothing to write')}`,
          ...detail,
          action: { kind: 'done' },
        },
      ];
    case 'blocked':
      return plan.conflicts.flatMap(conflictRows);
  }
}

/** `Create: 3 new resources, 1 changed`. */
function countsOf({ created, changed }: PlannedRoute): string {
  const fresh = created === 1 ? vscode.l10n.t('1 new resource') : vscode.l10n.t('{0} new resources', created);
  if (changed === 0) return vscode.l10n.t('Create: {0}', fresh);
  if (created > 0) return vscode.l10n.t('Create: {0}, {1} changed', fresh, changed);
  return changed === 1 ? vscode.l10n.t('Change 1 resource') : vscode.l10n.t('Change {0} resources', changed);
}

/** What is in the way, and the ways out of it. */
function conflictRows({ text, place, waysOut }: RouteConflict): readonly Row[] {
  const sentence = text.replace(/\.$/, '');
  const where = place && fileAndLine(place);
  const label = `⚠ ${vscode.l10n.t('Cannot create: {0}', where ? `${sentence} (${where})` : sentence)}`;
  return [
    { label, alwaysShow: true, ...(place ? { action: { kind: 'open', place } } : {}) },
    ...waysOut.flatMap((each) => wayOutRows(each, '→ ')),
  ];
}

function wayOutRows({ title, changes, open }: RouteWayOut, mark: string): readonly Row[] {
  const label = `${mark}${title}`;
  if (changes) return [{ label, action: { kind: 'changes', changes } }];
  return open ? [{ label, description: fileAndLine(open), action: { kind: 'open', place: open } }] : [];
}

function changeRows({ choices, question }: PlannedRoute): readonly Row[] {
  const address = vscode.l10n.t('Address: {0}', question.address);
  return [
    { label: vscode.l10n.t('Change'), kind: vscode.QuickPickItemKind.Separator },
    { label: address, action: { kind: 'address' } },
    ...choices.flatMap((choice): readonly Row[] => {
      const label = `${choice.title}: ${choice.value}`;
      if (choice.id === 'files') return choice.value === '' ? [] : [{ label, action: { kind: 'preview' } }];
      if (choice.alternatives.length > 0) return [{ label, action: { kind: 'choice', choice } }];
      return [choice.typed ? { label, action: { kind: 'type', choice } } : { label }];
    }),
  ];
}

function noteRows({ notes }: PlannedRoute): readonly Row[] {
  if (notes.length === 0) return [];
  const heading = { label: vscode.l10n.t('Worth knowing'), kind: vscode.QuickPickItemKind.Separator };
  return [heading, ...notes.map(noteRow)];
}

/** As much as a row shows. */
const ROW = 76;

/** A note on two lines: one would be cut off. */
function noteRow(text: string): Row {
  const end = text.length > ROW ? text.lastIndexOf(' ', ROW) : text.length;
  const detail = text.slice(end).trim();
  return { label: text.slice(0, end), ...(detail === '' ? {} : { detail }) };
}

/** `route.yaml:12`. */
function fileAndLine({ uri, range }: Place): string {
  return `${vscode.workspace.asRelativePath(vscode.Uri.parse(uri))}:${range.start.line + 1}`;
}

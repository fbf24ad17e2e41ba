/** The language status item: what is going on, and what was checked. */
import * as vscode from 'vscode';
import type { StatusParams } from '../../server/src/protocol.ts';
import { documentSelector, schemesOpen } from './selector.ts';

export class StatusItem implements vscode.Disposable {
  #item: vscode.LanguageStatusItem | undefined;
  /** Whether anything of ours has been seen: without it, nothing is shown. */
  #isOurs = false;

  /** Shows a status; undefined where there is no server. */
  show(status: StatusParams | undefined): void {
    if (status?.state === 'ready') this.#isOurs = status.resources > 0;
    if (!status || !this.#isOurs) {
      this.dispose();
      return;
    }
    const item = this.#shown();
    item.busy = status.state === 'reading';
    item.text = textOf(status);
    item.detail = detailOf(status);
    item.severity = severityOf(status);
  }

  dispose(): void {
    this.#item?.dispose();
    this.#item = undefined;
  }

  #shown(): vscode.LanguageStatusItem {
    if (this.#item) return this.#item;
    const item = vscode.languages.createLanguageStatusItem('istioEgress.status', [...documentSelector(schemesOpen())]);
    item.name = 'Istio Egress';
    item.command = { title: vscode.l10n.t('Show Routes'), command: 'istioEgress.showRoutes' };
    this.#item = item;
    return item;
  }
}

/** What could not be checked is no warning: nothing says that it is wrong. The text tells of it. */
function severityOf({ failing, warned }: StatusParams): vscode.LanguageStatusSeverity {
  if (failing > 0) return vscode.LanguageStatusSeverity.Error;
  return warned > 0 ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
}

/** How many things that routes need are named before the rest is only counted. */
const NAMED_NEEDS = 2;

/** `needs Gateway istio-system/shared`: what would have to be here for the unchecked routes. */
function detailOf({ unchecked }: StatusParams): string {
  const needs = [...new Set(unchecked.map((each) => each.needs))];
  if (needs.length === 0) return '';
  const named = needs.slice(0, NAMED_NEEDS).join(', ');
  const more = needs.length - NAMED_NEEDS;
  return more > 0 ? vscode.l10n.t('needs {0} and {1} more', named, more) : vscode.l10n.t('needs {0}', named);
}

/** `Istio Egress: 14 routes, 2 fail, 1 not checked`. */
export function textOf({ state, files, routes, failing, unchecked }: StatusParams): string {
  if (state === 'reading') return vscode.l10n.t('Istio Egress: reading {0} files', files);
  const parts = [
    routes === 1 ? vscode.l10n.t('1 route') : vscode.l10n.t('{0} routes', routes),
    ...(failing > 0 ? [failing === 1 ? vscode.l10n.t('1 fails') : vscode.l10n.t('{0} fail', failing)] : []),
    ...(unchecked.length > 0 ? [vscode.l10n.t('{0} not checked', unchecked.length)] : []),
  ];
  return vscode.l10n.t('Istio Egress: {0}', parts.join(', '));
}

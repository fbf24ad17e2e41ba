/** One list to pick a call from, or to type one. */
import * as vscode from 'vscode';
import type { CallItem, ListCallsResult, TraceQuestion, TraceVerdict } from '../../../server/src/protocol.ts';

interface CallPick extends vscode.QuickPickItem {
  readonly question?: TraceQuestion;
}

export interface PickOptions {
  /** What stands in the box at first. */
  readonly value: string;
  /** Where what is typed is followed. */
  readonly place: Omit<TraceQuestion, 'text'>;
  readonly list: () => Promise<ListCallsResult | undefined>;
  /** Why a text is no call; undefined where it is one. */
  readonly problemOf: (question: TraceQuestion) => Promise<string | undefined>;
}

/** Resolves with the call, or with undefined where the list was left. It keeps what was typed when focus is lost. */
export function pickCall({ value, place, list, problemOf }: PickOptions): Promise<TraceQuestion | undefined> {
  const pick = vscode.window.createQuickPick<CallPick>();
  pick.title = vscode.l10n.t('Trace request');
  pick.placeholder = vscode.l10n.t(
    'Pick a call, or type: [METHOD] URL from NAMESPACE[/label=value] [-H "name: value"]',
  );
  pick.ignoreFocusOut = true;
  pick.matchOnDescription = true;
  pick.value = value;
  pick.busy = true;
  let calls: readonly CallPick[] = [];
  const fill = () => {
    const typed = pick.value.trim();
    const own: CallPick = { label: `$(edit) ${typed}`, alwaysShow: true, question: { ...place, text: typed } };
    pick.items = typed === '' ? calls : [own, ...calls];
  };
  fill();
  const problem = vscode.l10n.t('Trace request');
  return new Promise((resolve) => {
    const done = (question: TraceQuestion | undefined) => {
      resolve(question);
      pick.dispose();
    };
    pick.onDidChangeValue(() => {
      pick.title = problem;
      fill();
    });
    pick.onDidHide(() => done(undefined));
    pick.onDidAccept(async () => {
      const [chosen] = pick.selectedItems;
      if (!chosen?.question) return;
      const wrong = await problemOf(chosen.question);
      if (wrong === undefined) done(chosen.question);
      else pick.title = wrong;
    });
    pick.show();
    list().then(
      (found) => {
        calls = (found?.calls ?? []).map(pickOf);
        pick.busy = false;
        fill();
      },
      () => {
        pick.busy = false;
      },
    );
  });
}

const MARKS: Readonly<Record<TraceVerdict, string>> = {
  outside: '✓',
  'outside-not-through-gateway': '→',
  blocked: '✗',
  failed: '✗',
  unknown: '?',
};

function pickOf({ verdict, outcome, setTitle, text, ...place }: CallItem): CallPick {
  const description = setTitle === undefined ? outcome : vscode.l10n.t('{0} · in {1}', outcome, setTitle);
  return { label: `${MARKS[verdict]} ${text}`, description, question: { text, ...place } };
}

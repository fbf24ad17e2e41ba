/** The commands of traces: from the palette, a finding, a hover, and the buttons of a trace's document. */
import * as vscode from 'vscode';
import { type CallAtParams, TRACE_COMMAND, type TraceQuestion } from '../../../server/src/protocol.ts';
import type { Server } from '../server.ts';
import type { TraceDocuments } from './documents.ts';
import { pickCall } from './pick-call.ts';

/** How long a result stays in the status bar, in milliseconds. */
const SHOWN = 5000;

export function registerTraceCommands(server: Server, documents: TraceDocuments): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand(TRACE_COMMAND, (about?: TraceQuestion | CallAtParams) =>
      trace(server, documents, about),
    ),
    vscode.commands.registerCommand('istioEgress.trace.change', (uri?: vscode.Uri) => {
      const { text, ...place } = documents.current(uri)?.question ?? { text: '' };
      return ask(server, documents, text, place);
    }),
    vscode.commands.registerCommand('istioEgress.trace.switchSet', (uri?: vscode.Uri) => switchSet(documents, uri)),
    vscode.commands.registerCommand('istioEgress.trace.copyIstioctl', (uri?: vscode.Uri) => copy(documents, uri)),
  );
}

/** Asks nothing where it is told what the call is about. */
async function trace(
  server: Server,
  documents: TraceDocuments,
  about: TraceQuestion | CallAtParams | undefined,
): Promise<void> {
  if (about === undefined) return ask(server, documents, '', {});
  const question = 'text' in about ? about : await server.callAt(about);
  if (question) await documents.show(question);
  else await ask(server, documents, '', {});
}

async function ask(
  server: Server,
  documents: TraceDocuments,
  value: string,
  place: Omit<TraceQuestion, 'text'>,
): Promise<void> {
  const chosen = await pickCall({
    value,
    place,
    list: () => server.calls(),
    problemOf: async (question) => {
      const answer = await server.trace(question);
      if (!answer) return vscode.l10n.t('The server does not run.');
      return 'problem' in answer ? answer.problem : undefined;
    },
  });
  if (chosen) await documents.show(chosen);
}

async function switchSet(documents: TraceDocuments, uri: vscode.Uri | undefined): Promise<void> {
  const { trace: shown } = documents.current(uri) ?? {};
  if (!shown) return;
  const items = shown.sets.map(({ id, title }) => ({
    label: title,
    description: id === shown.question.set ? vscode.l10n.t('shown now') : '',
    id,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('Apply set to follow {0} in', shown.question.text),
  });
  if (chosen) await documents.show({ ...shown.question, set: chosen.id });
}

async function copy(documents: TraceDocuments, uri: vscode.Uri | undefined): Promise<void> {
  const { trace: shown } = documents.current(uri) ?? {};
  if (!shown) return;
  await vscode.env.clipboard.writeText(shown.istioctl);
  vscode.window.setStatusBarMessage(vscode.l10n.t('istioctl commands copied'), SHOWN);
}

/** All safe fixes at once: shown first, applied when chosen, taken back by undo. */
import { ok, strictEqual } from 'node:assert';
import * as vscode from 'vscode';
import { diagnostics, eventually, open, undoIn, uriOf } from './editor.ts';
import { serviceEntry, virtualService } from './example.ts';
import type { SuiteTest } from './index.ts';

const accept = () => vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
const next = () => vscode.commands.executeCommand('workbench.action.quickOpenSelectNext');

const previews = () =>
  vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ label }) => label.includes('Safe fixes'));

export const fixTests: readonly SuiteTest[] = [
  {
    name: 'previews and applies all safe fixes of the workspace, and undo takes them back',
    async run() {
      await open(serviceEntry);
      await open(virtualService);
      await eventually(async () => strictEqual(diagnostics().length, 2));
      const before = vscode.window.activeTextEditor?.document.getText();
      await vscode.commands.executeCommand('istioEgress.fixWorkspace');
      await next();
      await accept();
      await eventually(async () => strictEqual(previews().length, 1));
      // The fixed texts are what is shown, beside the files as they are.
      await eventually(async () => {
        const shown = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'istio-egress-fixed');
        const texts = shown.map((each) => each.getText()).join('');
        strictEqual(shown.length, 2);
        ok(texts.includes('- istio-system/istio-egressgateway') && texts.includes('- "istio-system"'));
      });
      await vscode.window.tabGroups.close(previews());
      await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
      strictEqual(diagnostics().length, 2);
      await vscode.commands.executeCommand('istioEgress.fixWorkspace');
      await accept();
      await eventually(async () => strictEqual(diagnostics().length, 0));
      const document = await vscode.workspace.openTextDocument(uriOf(virtualService));
      ok(document.isDirty, 'not saved');
      await undoIn(serviceEntry);
      await undoIn(virtualService);
      await eventually(async () => strictEqual(diagnostics().length, 2));
      strictEqual(document.getText(), before);
    },
  },
];

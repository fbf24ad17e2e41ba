/** Completion as VS Code shows it. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import * as vscode from 'vscode';
import { eventually, open, uriOf } from './editor.ts';
import { virtualService } from './example.ts';
import type { SuiteTest } from './index.ts';

export const completionTests: readonly SuiteTest[] = [
  {
    name: 'completes the name of a gateway with its namespace, and tells of the Gateway',
    async run() {
      const editor = await open(virtualService);
      const gateway = new vscode.Range(12, 4, 12, 4 + 'istio-egressgateway'.length);
      strictEqual(editor.document.getText(gateway), 'istio-egressgateway');
      await eventually(async () => {
        const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
          'vscode.executeCompletionItemProvider',
          uriOf(virtualService),
          gateway.start,
          undefined,
          1,
        );
        const ours = items.filter(({ kind }) => kind === vscode.CompletionItemKind.Reference);
        deepStrictEqual(
          ours.map(({ label }) => (typeof label === 'string' ? label : label.label)),
          ['istio-system/istio-egressgateway'],
        );
        const [item] = ours;
        ok(item?.range instanceof vscode.Range && item.range.isEqual(gateway), 'replaces the whole name');
        ok(
          item.documentation instanceof vscode.MarkdownString && item.documentation.value.includes('**Gateway**'),
          'resolves its documentation',
        );
      });
    },
  },
];

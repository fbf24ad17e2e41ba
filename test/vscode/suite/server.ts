/** The server's life as a user sees it. */
import * as vscode from 'vscode';
import { applyPreferredFix, open, seeFindings, undoIn } from './editor.ts';
import { bothFindings, virtualService } from './example.ts';
import type { SuiteTest } from './index.ts';

export const serverTests: readonly SuiteTest[] = [
  {
    name: 'shows and fixes the same after a restart of the server',
    async run() {
      await open(virtualService);
      await vscode.commands.executeCommand('istioEgress.restartServer');
      await seeFindings(bothFindings);
      await applyPreferredFix(virtualService, 'gateway-not-found');
      await seeFindings(bothFindings.filter(({ file }) => file !== virtualService));
      await undoIn(virtualService);
      await seeFindings(bothFindings);
    },
  },
];

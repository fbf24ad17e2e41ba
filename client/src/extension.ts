/** The extension: starts the server and puts its answers where users look. */
import * as vscode from 'vscode';
import { registerCommands } from './commands.ts';
import { registerCreateCommands } from './create/commands.ts';
import { CreatedRoutes } from './create/created.ts';
import { PlanPreviews } from './create/previews.ts';
import { openExample } from './example.ts';
import { registerFixCommands } from './fixes/commands.ts';
import { FixPreviews } from './fixes/previews.ts';
import { Pages } from './pages.ts';
import { Server } from './server.ts';
import { StatusItem } from './status-item.ts';
import { registerTraceCommands } from './trace/commands.ts';
import { TraceDocuments } from './trace/documents.ts';

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Istio Egress', { log: true });
  const pages = new Pages(context.extensionUri);
  const previews = new FixPreviews();
  const status = new StatusItem();
  const plans = new PlanPreviews();
  const traces = new TraceDocuments((question) => server.trace(question));
  const server: Server = new Server({
    module: vscode.Uri.joinPath(context.extensionUri, 'dist', 'server.js').fsPath,
    rulePageBase: `${vscode.env.uriScheme}://${context.extension.id}/rule/`,
    log,
    onStatus: (shown) => status.show(shown),
    onTracesChanged: () => traces.refresh(),
  });
  context.subscriptions.push(
    log,
    pages,
    status,
    server,
    registerCommands({ server, pages, log }),
    previews,
    registerFixCommands(server, previews),
    plans,
    vscode.commands.registerCommand('istioEgress.openExample', () => openExample(context)),
    registerCreateCommands({ server, previews: plans, created: new CreatedRoutes(context.workspaceState) }),
    traces,
    registerTraceCommands(server, traces),
  );
  await server.start();
}

/** The server's own process: over its standard streams with `--stdio`, else over the channel of the editor that started it. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './server.ts';

startServer(createConnection(ProposedFeatures.all));

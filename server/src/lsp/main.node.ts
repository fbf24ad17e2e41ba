/** The server as a program: `--stdio`, or whatever else the client starts it with. */
import { join } from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { SYSTEM_CLOCK } from './clock.ts';
import { startServer } from './server.ts';
import { diskSource } from './sources.ts';

const connection = createConnection(ProposedFeatures.all);

// Whatever goes wrong, the editor keeps its server.
process.on('uncaughtException', (error) => connection.console.error(error.stack ?? error.message));
process.on('unhandledRejection', (reason) => connection.console.error(String(reason)));

startServer(connection, { clock: SYSTEM_CLOCK, disk: diskSource(join(__dirname, 'reader-worker.js')) });

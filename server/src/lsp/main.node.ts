/** The server as a program: `--stdio`, or whatever else the client starts it with. */
import './v8.ts';
import { join } from 'node:path';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { SYSTEM_CLOCK } from './clock.ts';
import { startServer } from './server.ts';
import { diskSource } from './sources.ts';

const connection = createConnection(ProposedFeatures.all);

// Whatever goes wrong, the editor keeps its server; but there is none without an editor.
process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || error.code === 'ERR_IPC_CHANNEL_CLOSED') process.exit(1);
  connection.console.error(error.stack ?? error.message);
});
process.on('unhandledRejection', (reason) => {
  connection.console.error(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
});

startServer(connection, { clock: SYSTEM_CLOCK, disk: diskSource(join(__dirname, 'reader-worker.js')) });

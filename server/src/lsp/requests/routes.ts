import type { CancellationToken } from 'vscode-languageserver';
import { ROUTES } from '../../protocol.ts';
import type { Listener } from './request.ts';

export const routes: Listener = (connection, { status }, answer) => {
  connection.onRequest(ROUTES, (_: unknown, token: CancellationToken) => answer(token, () => status.routes()));
};

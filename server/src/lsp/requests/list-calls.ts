import type { CancellationToken } from 'vscode-languageserver';
import { LIST_CALLS } from '../../protocol.ts';
import type { Listener } from './request.ts';

export const listCalls: Listener = (connection, { traces }, answer) => {
  connection.onRequest(LIST_CALLS, (_: unknown, token: CancellationToken) => answer(token, () => traces.list(token)));
};

import type { CancellationToken } from 'vscode-languageserver';
import { CALL_AT, type CallAtParams } from '../../protocol.ts';
import type { Listener } from './request.ts';

export const callAt: Listener = (connection, { traces }, answer) => {
  connection.onRequest(CALL_AT, (params: CallAtParams, token: CancellationToken) =>
    answer(token, () => traces.callAt(params)),
  );
};

import type { CancellationToken } from 'vscode-languageserver';
import { FIX_ALL, type FixAllParams } from '../../protocol.ts';
import type { Listener } from './request.ts';

export const fixAll: Listener = (connection, { safeFixes }, answer) => {
  connection.onRequest(FIX_ALL, (params: FixAllParams, token: CancellationToken) =>
    answer(token, () => safeFixes.all(params)),
  );
};

import type { CancellationToken } from 'vscode-languageserver';
import { CHECK_WORKSPACE } from '../../protocol.ts';
import type { Listener } from './request.ts';

export const checkWorkspace: Listener = (connection, { status }, answer) => {
  connection.onRequest(CHECK_WORKSPACE, (_: unknown, token: CancellationToken) =>
    answer(token, () => status.checked()),
  );
};

/** `textDocument/codeAction` and `codeAction/resolve`. */
import type { Listener } from './request.ts';

export const codeAction: Listener = (connection, { codeActions }, answer) => {
  connection.onCodeAction((params, token) => answer(token, () => codeActions.at(params, token)));
  connection.onCodeActionResolve((action, token) => answer(token, () => codeActions.resolve(action, token)));
};

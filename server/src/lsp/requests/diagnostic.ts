/** `textDocument/diagnostic` and `workspace/diagnostic`, of clients that ask for findings. */
import type { Listener } from './request.ts';

export const diagnostic: Listener = ({ languages }, { client, pull }, answer) => {
  if (!client.pulls) return;
  languages.diagnostics.on((params, token) => answer(token, () => pull.document(params, token)));
  languages.diagnostics.onWorkspace((params, token, _, reporter) =>
    answer(token, () => pull.workspace(params, token, reporter)),
  );
};

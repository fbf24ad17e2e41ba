/** `textDocument/codeLens`: off unless the settings say otherwise. */
import type { Listener } from './request.ts';

export const codeLens: Listener = (connection, { hints, configuration }, answer) => {
  connection.onCodeLens((params, token) =>
    answer(token, async () => (configuration.of(undefined).showsLenses ? hints.lenses(params.textDocument.uri) : [])),
  );
};

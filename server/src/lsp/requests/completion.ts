/** `textDocument/completion` and `completionItem/resolve`. */
import type { Listener } from './request.ts';

export const completion: Listener = (connection, { completions, configuration }, answer) => {
  /** Who offers what schemas list: whoever compares with them. */
  const schemasOf = (root: string) => (configuration.of(root).analysis.schema === 'off' ? 'elsewhere' : 'here');
  connection.onCompletion((params, token) => answer(token, () => completions.at(params, schemasOf, token)));
  connection.onCompletionResolve((item, token) => answer(token, () => completions.resolve(item)));
};

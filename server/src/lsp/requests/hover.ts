/** `textDocument/hover`. */
import type { Listener } from './request.ts';

export const hover: Listener = (connection, { hints }, answer) => {
  connection.onHover((params, token) => answer(token, () => hints.hover(params)));
};

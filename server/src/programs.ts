/** Both programs in one bundle, since nearly all of it is in both: only what is asked for is run. */

/** Runs the terminal's program. */
export function cli(): Promise<unknown> {
  return import('./cli/main.ts');
}

/** Runs the language server. */
export function server(): Promise<unknown> {
  return import('./lsp/main.node.ts');
}

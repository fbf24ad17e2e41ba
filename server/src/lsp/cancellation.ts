/** Requests that are taken back. */
import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';

/** Waits for something, but no longer than the request is wanted. @throws ResponseError where it is taken back */
export async function unlessCancelled<T>(token: CancellationToken, work: Promise<T>): Promise<T> {
  throwIfCancelled(token);
  let stop: { dispose(): void } | undefined;
  const cancelled = new Promise<never>((_, reject) => {
    stop = token.onCancellationRequested(() => reject(takenBack()));
  });
  try {
    return await Promise.race([work, cancelled]);
  } finally {
    stop?.dispose();
  }
}

export function throwIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw takenBack();
}

function takenBack(): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was taken back.');
}

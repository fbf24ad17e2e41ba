/** Writing to a stream so that nothing is lost, and nobody is troubled when the reader goes away. */
import type { Writable } from 'node:stream';

/**
 * Writes all of a text, however slowly it is read. A reader that has gone away (`| head`) is no fault.
 *
 * @param stream has a listener for `error` already: Node emits it beside the answer to the write
 */
export function writeAll(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error && !isClosedPipe(error)) reject(error);
      else resolve();
    });
  });
}

function isClosedPipe(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED');
}

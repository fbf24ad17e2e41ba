/** Sentences of findings. */

/** The Problems row is cut on the right: longer messages are not read. */
const LIMIT = 200;

/**
 * Joins the parts of a message: symptom and cause, an explanation that may be left out, a remedy. The explanation goes where the
 * whole would be longer than 200 characters.
 */
export function message(cause: string, explanation: string, remedy: string): string {
  const full = [cause, explanation, remedy].filter((each) => each !== '').join(' ');
  return full.length <= LIMIT ? full : [cause, remedy].filter((each) => each !== '').join(' ');
}

/** Names as written, the first ones of many: `` `a`, `b` and 3 more ``. */
export function names(values: readonly string[]): string {
  const shown = values.slice(0, 2).map((each) => `\`${each}\``);
  const rest = values.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.join(' and ');
}

/** `namespace/name`, or the name alone where the namespace is not known. */
export function qualified(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** `` (2 places)`` for the title of a fix that changes several. */
export function places(count: number): string {
  return count > 1 ? ` (${count} places)` : '';
}

/** Texts that stay in memory for long, without the file that they were cut from. */

const NO_NAMES: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null) as Record<string, unknown>);

/**
 * The same text. A part of a longer text keeps the whole of it in memory (V8's sliced strings); a text by which a property was looked up is kept by itself, and
 * once for all that are equal. In engines that do otherwise nothing is lost.
 */
export function ownText(text: string): string {
  return text in NO_NAMES ? '' : text;
}

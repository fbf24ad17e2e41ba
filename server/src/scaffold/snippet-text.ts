/** What an editor makes of a snippet. */

const PLACE = /\$\{(\d+)(?::([^}]*)|\|([^|]*)\|)?\}/g;

/**
 * The text of a snippet with its defaults.
 *
 * @param body in the form of `Snippet`
 * @param choice which one of each list of choices is taken, from 0; the last where there are fewer
 */
export function snippetText(body: string, choice = 0): string {
  const values = new Map<string, string>();
  return body.replaceAll(PLACE, (_, number: string, given?: string, choices?: string) => {
    const options = choices?.split(',');
    const value = given ?? options?.[Math.min(choice, options.length - 1)] ?? values.get(number) ?? '';
    values.set(number, value);
    return value;
  });
}

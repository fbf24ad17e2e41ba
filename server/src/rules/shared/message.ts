/** Sentences of findings. */

/** The Problems row is cut on the right: longer messages are not read. */
const LIMIT = 200;

/**
 * Joins the parts of a message: symptom and cause, an explanation that may be left out, a remedy. Where the whole would be longer than 200 characters, the explanation
 * goes first, then all but one of the names in lists, then what the remedy offers besides, then whose sidecars they are.
 */
export function message(cause: string, explanation: string, remedy: string): string {
  const join = (parts: readonly string[]) => parts.filter((each) => each !== '').join(' ');
  const plain = join([cause, remedy]);
  const few = withFewNames(plain);
  const brief = withFewNames(join([cause, firstOf(remedy)]));
  const all = [join([cause, explanation, remedy]), plain, few, brief, withoutOwners(brief)];
  return all.find((each) => each.length <= LIMIT) ?? all.at(-1) ?? plain;
}

/** Every list of names as its first name and a number. */
function withFewNames(text: string): string {
  return text.replaceAll(
    /(`[^`]+`)((?:, `[^`]+`)*) and (?:`[^`]+`|(\d+) more)/g,
    (_whole, first: string, middle: string, more?: string) => {
      const others = (middle.match(/`[^`]+`/g)?.length ?? 0) + (more === undefined ? 1 : Number(more));
      return `${first} and ${others} more`;
    },
  );
}

function withoutOwners(text: string): string {
  return text.replace(/^([^:]* in sidecars) of [^:]*:/, '$1:');
}

/** The first thing that a remedy offers. */
function firstOf(remedy: string): string {
  const [first = remedy] = remedy.split(/, or |: /);
  return first.endsWith('.') ? first : `${first}.`;
}

/** Names as written, the first ones of many: `` `a`, `b` and 3 more ``. */
export function names(values: readonly string[]): string {
  const shown = values.slice(0, 2).map((each) => `\`${each}\``);
  const rest = values.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.join(' and ');
}

/** The same with one more of them: for a remedy, which should name all. */
export function allNames(values: readonly string[]): string {
  const [first, second, third, ...others] = values;
  if (first === undefined || second === undefined || third === undefined || others.length > 0) return names(values);
  return `\`${first}\`, \`${second}\` and \`${third}\``;
}

/** `namespace/name`, or the name alone where the namespace is not known. */
export function qualified(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** `` (2 places)`` for the title of a fix that changes several. */
export function places(count: number): string {
  return count > 1 ? ` (${count} places)` : '';
}

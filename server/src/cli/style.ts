/** Colours of a terminal, or none. */
import type { Severity } from '../rules/finding.ts';

/** Each function gives its text back, dressed. */
export interface Style {
  readonly severity: (severity: Severity, text: string) => string;
  readonly strong: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The style for a stream: colours in a terminal, or where FORCE_COLOR asks for them; never with NO_COLOR (no-color.org).
 *
 * @param variables the environment
 */
export function styleFor(stream: { readonly isTTY?: boolean }, variables: Variables): Style {
  if (variables.NO_COLOR) return PLAIN;
  const forced = variables.FORCE_COLOR;
  if (forced !== undefined) return forced === '0' || forced === 'false' ? PLAIN : COLOURED;
  return stream.isTTY && variables.TERM !== 'dumb' ? COLOURED : PLAIN;
}

const same = (text: string) => text;

const PLAIN: Style = { severity: (_, text) => text, strong: same, dim: same, good: same };

const SEVERITY_CODES: Readonly<Record<Severity, number>> = { error: 31, warning: 33, information: 36, hint: 35 };

const COLOURED: Style = {
  severity: (severity, text) => `\u001b[1;${SEVERITY_CODES[severity]}m${text}\u001b[0m`,
  strong: (text) => `\u001b[1m${text}\u001b[0m`,
  dim: (text) => `\u001b[2m${text}\u001b[0m`,
  good: (text) => `\u001b[32m${text}\u001b[0m`,
};

/** String matches of HTTP routes (`validateStringMatch` and the like in `pkg/config/validation/virtualservice.go`). */
import type { StringMatch } from '../manifest/types.ts';
import { check, type Rejection, when } from './rejection.ts';

/** Paths may have an empty prefix; in `withoutHeaders` the regex `*` stands for presence. Nothing else may. */
export type MatchPlace = 'uri' | 'withoutHeaders' | 'other';

export function textRejections(match: StringMatch, place: MatchPlace): readonly Rejection[] {
  const written = [match.exact, match.prefix, match.regex].filter((each) => each !== undefined);
  return [
    ...when(written.length > 1, match.range, 'only one of exact, prefix and regex may be set'),
    ...check(match.prefix, (value) =>
      value === '' && place !== 'uri' ? 'prefix string match should not be empty' : undefined,
    ),
    ...check(match.regex, (regex) => (regex === '*' && place === 'withoutHeaders' ? undefined : regexProblem(regex))),
  ];
}

function regexProblem(regex: string): string | undefined {
  if (regex === '') return 'regex string match should not be empty';
  if (regex.length > 1024) return 'regex is too large, max length allowed is 1024';
  // RE2 has neither look-around nor back references.
  if (/\(\?<?[=!]|\\[1-9]/.test(regex)) return 'Istio uses RE2 style regex-based match';
  try {
    new RegExp(regex.replace(/^\(\?[imsU]+\)/, '').replace(/\(\?P</g, '(?<'));
    return undefined;
  } catch {
    return 'Istio uses RE2 style regex-based match';
  }
}

/** Durations as Go writes them: `1h30m`, `1.5s`, `300ms` (`time.ParseDuration`). */

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;
const LONGEST = 2 ** 63;

/** The length in nanoseconds; undefined where the text is no duration. */
export function nanosecondsOf(text: string): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1;
  const rest = /^[-+]/.test(text) ? text.slice(1) : text;
  if (rest === '0') return 0;
  let total = 0;
  let at = 0;
  while (at < rest.length) {
    PART.lastIndex = at;
    const [whole = '', amount = '', unit = ''] = PART.exec(rest) ?? [];
    if (whole === '') return undefined;
    total += Math.trunc(Number(amount) * (UNITS[unit] ?? 0));
    at += whole.length;
  }
  return rest === '' || total >= LONGEST ? undefined : sign * total;
}

/** What is wrong with a duration that must be a whole number of milliseconds, as the end of a sentence. */
export function durationProblem(text: string): { readonly text: string; readonly by: 'api' | 'webhook' } | undefined {
  const length = nanosecondsOf(text);
  if (length === undefined) return { text: 'is no duration such as `5s` or `100ms`', by: 'api' };
  if (length < 1e6) return { text: 'is shorter than `1ms`', by: 'api' };
  return length % 1e6 === 0 ? undefined : { text: 'is no whole number of milliseconds', by: 'webhook' };
}

/** Shares of calls for people. */

/** `30 %`; what is not nothing is never `0 %`, and what is not all never `100 %`. */
export function percent(share: number): string {
  if (share > 0 && share < 0.01) return 'less than 1 %';
  if (share > 0.99 && share < 1) return 'more than 99 %';
  return `${Math.round(share * 100)} %`;
}

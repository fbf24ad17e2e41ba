/** The last lines of the text output: what was found, and what could be checked. Silence never reads as "all is well". */
import { passing } from '../analysis/summary.ts';
import type { Summary } from '../analysis/types.ts';
import type { Finding, Severity } from '../rules/finding.ts';

const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const satisfies readonly Severity[];

/** How many things that a route needs are named before the rest is only counted. */
const NAMED_NEEDS = 3;

/**
 * @param findings those that were shown
 * @param summary of everything that was read
 * @param where the folder, as the user would write it
 * @returns whole lines
 */
export function closing(findings: readonly Finding[], summary: Summary, where: string): string {
  if (findings.length === 0 && summary.resources === 0) return `No Istio YAML found in ${where}.\n`;
  const read = `Read ${count(summary.files, 'file')}, ${count(summary.resources, 'resource')}.`;
  return `${tally(findings)}${routes(summary)} ${read}\n`;
}

function tally(findings: readonly Finding[]): string {
  if (findings.length === 0) return '';
  const parts = SEVERITIES.flatMap((severity) => {
    const number = findings.filter((each) => each.severity === severity).length;
    return number === 0 ? [] : [severity === 'information' ? `${number} information` : count(number, severity)];
  });
  const fixable = findings.filter((each) => each.fixes.some((fix) => fix.preferred && fix.safety === 'safe')).length;
  return `${parts.join(', ')}${fixable > 0 ? ` (${fixable} can be fixed with --fix)` : ''}\n`;
}

/** `14 routes: 11 pass, 2 fail, 1 not checked (needs Gateway istio-system/shared).` */
export function routes(summary: Summary): string {
  const { routes: total, failing, unchecked } = summary;
  if (total === 0) return 'No egress route found.';
  const open = unchecked.length > 0 ? `, ${unchecked.length} not checked (needs ${needs(unchecked)})` : '';
  return `${count(total, 'route')}: ${passing(summary)} pass, ${failing} fail${open}.`;
}

function needs(unchecked: Summary['unchecked']): string {
  const unique = [...new Set(unchecked.map((each) => each.needs))];
  const more = unique.length - NAMED_NEEDS;
  return `${unique.slice(0, NAMED_NEEDS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

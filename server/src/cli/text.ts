/** Findings as text for people. */
import type { Finding, Location } from '../rules/finding.ts';
import { printable } from './columns.ts';
import { excerpt } from './excerpt.ts';
import type { Style } from './style.ts';
import type { Texts } from './texts.ts';

export interface TextView {
  readonly texts: Texts;
  readonly style: Style;
  /** A path as the user would write it. */
  readonly shown: (path: string) => string;
}

/**
 * Findings one after the other, those of one file together: place, severity, code and message; the source line with the token
 * underlined; related places; the fix that is preferred.
 *
 * @param findings in order
 * @returns whole lines; empty where there is no finding
 */
export function textReport(findings: readonly Finding[], view: TextView): string {
  return findings.map((finding) => `${lines(finding, view).join('\n')}\n\n`).join('');
}

function lines(finding: Finding, view: TextView): readonly string[] {
  const { style, texts } = view;
  const { line, source, underline } = excerpt(texts.index(finding.path), finding.range);
  const number = String(line);
  const gutter = ' '.repeat(number.length);
  const fix = finding.fixes.find((each) => each.preferred);
  return [
    `${style.strong(place(finding, view))} ${style.severity(finding.severity, finding.severity)} ${style.strong(finding.code)} ${printable(finding.message)}`,
    `  ${style.dim(`${number} |`)} ${source}`,
    `  ${style.dim(`${gutter} |`)} ${style.severity(finding.severity, underline)}`,
    ...finding.related.map((each) => `  ${style.dim(`${gutter} = ${place(each, view)}`)} ${printable(each.message)}`),
    ...(fix ? [`  ${style.dim(`${gutter} =`)} ${style.good(`fix: ${printable(fix.title)}`)}`] : []),
  ];
}

/** `path:line:column`, both from 1: terminals and editors jump there. */
function place({ path, range }: Location, { texts, shown }: TextView): string {
  const { line, character } = texts.index(path).position(range.start);
  return `${printable(shown(path))}:${line + 1}:${character + 1}`;
}

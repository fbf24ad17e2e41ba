/** The page of a rule for a terminal: plain, wrapped, with its examples. */
import { allRules } from '../rules/all.generated.ts';
import type { Rule } from '../rules/rule.ts';
import { closestTo } from '../workspace/closest.ts';
import { CannotRun } from './cannot-run.ts';
import { columns } from './columns.ts';

const WIDTH = 80;

/**
 * What a rule finds, why, and what to do.
 *
 * @throws CannotRun where there is no such rule
 */
export function explain(code: string): string {
  const rule = allRules.find((each) => each.code === code);
  if (rule) return page(rule);
  const meant = closestTo(
    code,
    allRules.map((each) => each.code),
  );
  const rest =
    meant === undefined ? `Rules: ${allRules.map((each) => each.code).join(', ')}` : `Did you mean ${meant}?`;
  throw new CannotRun(`there is no rule ${code}. ${rest}`);
}

function page({ code, title, kind, severity, preview, covers, page: text }: Rule): string {
  const facts = [kind, severity, ...(preview ? ['on trial: a hint'] : []), ...coverage(covers)].join(', ');
  return `${[
    `${title}\n${wrapped(`${code} (${facts})`)}`,
    wrapped(text.what),
    section('What is seen', text.symptom),
    section('Why', text.why),
    section('What to do', text.remedy),
    ...(text.bad === undefined ? [] : [`Wrong\n\n${indented(text.bad)}`]),
    ...(text.good === undefined ? [] : [`Right\n\n${indented(text.good)}`]),
    ...(text.sources.length === 0 ? [] : [`Sources\n\n${text.sources.map((each) => `  ${plain(each)}`).join('\n')}`]),
  ].join('\n\n')}\n`;
}

function coverage(covers: readonly string[]): readonly string[] {
  return covers.length === 0 ? [] : [`covers ${covers.join(', ')}`];
}

function section(heading: string, text: string): string {
  return `${heading}\n\n${wrapped(text)}`;
}

function indented(fixture: string): string {
  return fixture.trimEnd().replace(/^(?=.)/gm, '    ');
}

/** Paragraphs and items of lists, each wrapped; what is fenced stays as it is. */
function wrapped(markdown: string): string {
  const fences = markdown.split(/^```.*\n([\s\S]*?)^```$/m);
  return fences
    .map((part, index) =>
      index % 2 === 1
        ? indented(part)
        : part
            .split(/\n{2,}|\n(?=[-*] )/)
            .map(wrap)
            .join('\n'),
    )
    .join('\n')
    .trim();
}

function wrap(paragraph: string): string {
  const text = plain(paragraph).trim();
  if (text === '') return '';
  const hanging = /^[-*] /.test(text) ? '  ' : '';
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && columns(line) + 1 + columns(word) > WIDTH) {
      lines.push(line);
      line = `${hanging}${word}`;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

/** Links as `text (address)`; emphasis without its stars. */
function plain(markdown: string): string {
  return markdown
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, '$1 ($2)')
    .replace(/<(https?:[^>]*)>/g, '$1')
    .replace(/\*\*([^*]+)\*\*/g, '$1');
}

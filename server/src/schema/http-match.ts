/** What istiod's webhook says of the matches of HTTP rules (`validateHTTPRouteMatchRequest`). */
import { isMatchable } from './headers.ts';
import { checkMatchCommon } from './match.ts';
import { isDnsLabel, quoted } from './names.ts';
import { regexProblem } from './regex.ts';
import type { View } from './view.ts';

/** What a rule matches. */
export function checkMatch(match: View): void {
  for (const header of match.members('headers')) {
    checkHeaderName(match, header.key, header.keyRange);
    if (header.view) checkText(header.view, 'filled');
  }
  for (const header of match.members('withoutHeaders')) {
    checkHeaderName(match, header.key, header.keyRange);
    // `*` is no regular expression, and stands for presence.
    if (header.view && header.view.free('regex') !== '*') checkText(header.view, 'filled');
  }
  const uri = match.object('uri');
  if (uri) checkText(uri, 'any');
  for (const key of ['scheme', 'method', 'authority']) {
    const text = match.object(key);
    if (text) checkText(text, 'filled');
  }
  for (const parameter of match.members('queryParams')) if (parameter.view) checkText(parameter.view, 'filled');
  checkMatchCommon(match);
  const namespace = match.text('sourceNamespace');
  if (namespace !== undefined && namespace !== '' && !isDnsLabel(namespace)) {
    match.found.error(
      'name-invalid',
      'webhook',
      match.at('sourceNamespace'),
      `${quoted(namespace)} is no name of a namespace.`,
    );
  }
}

function checkHeaderName({ found }: View, name: string, range: View['mark']): void {
  if (name === '') found.error('name-invalid', 'webhook', range, 'A header name is empty.');
  else if (!isMatchable(name)) found.error('name-invalid', 'webhook', range, `${quoted(name)} is no name of a header.`);
}

/** A match of text; a path may begin with nothing. */
function checkText(text: View, prefix: 'any' | 'filled'): void {
  if (prefix === 'filled' && text.has('prefix') && text.free('prefix') === '') {
    text.found.error(
      'value-invalid',
      'webhook',
      text.at('prefix'),
      'The prefix is empty. Leave the match out to take everything.',
    );
  }
  if (text.has('regex')) checkRegex(text, 'regex');
}

/** A regular expression, which Envoy takes up to a limit. */
export function checkRegex(view: View, key: string): void {
  const regex = view.free(key);
  if (regex === undefined) return;
  const bytes = utf8Length(regex);
  const problem = regex === '' ? 'is empty' : bytes > 1024 ? 'is longer than 1024 bytes' : regexProblem(regex);
  if (problem === undefined) return;
  const subject = regex === '' ? 'The regular expression' : `The regular expression ${quoted(regex)}`;
  view.found.error('value-invalid', 'webhook', view.at(key), `${subject} ${problem}. Istio takes those of RE2.`);
}

/** How long a text is in bytes. */
export function utf8Length(text: string): number {
  let length = 0;
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return length;
}

/** The command `check`: reads, fixes where asked to, and prints. */
import { fixAll, type Fixed } from '../analysis/fix-all.ts';
import type { Finding, Severity } from '../rules/finding.ts';
import type { CheckCommand, FailOn } from './args.ts';
import { closing } from './closing.ts';
import { unifiedDiff } from './diff.ts';
import { jsonReport } from './json.ts';
import { open, type Opened } from './open.ts';
import { inOrder } from '../analysis/order.ts';
import { relativePath, shownPath } from './paths.ts';
import { type Style, styleFor } from './style.ts';
import { textReport } from './text.ts';
import { Texts } from './texts.ts';
import { writeText } from './write.ts';

/** What the command has to do with: everything of the process that it may touch. */
export interface Terminal {
  readonly folder: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly isTTY: boolean;
  /** All of standard input, in bytes. */
  readonly input: () => Promise<Uint8Array>;
  readonly print: (text: string) => Promise<void>;
  /** On standard error, a line of its own. */
  readonly note: (text: string) => Promise<void>;
}

/**
 * Runs `check`.
 *
 * @returns the exit code: 1 where there is a finding as severe as `failOn` says, else 0
 * @throws CannotRun
 */
export async function check(command: CheckCommand, terminal: Terminal): Promise<0 | 1> {
  const opened = await open(command, terminal.folder, terminal.input);
  const texts = new Texts(opened.text);
  for (const note of opened.notes) await terminal.note(note);
  const fixed = command.fix === 'no' ? undefined : await applyFixes(opened, texts);
  if (fixed && command.fix === 'write') await write(fixed, opened);
  const findings = inOrder(opened.findings());
  const summary = opened.analysis.summary();
  const shown = (path: string) => shownPath(path, terminal.folder);
  if (command.format === 'json') {
    await terminal.print(`${JSON.stringify(jsonReport(findings, texts, opened.root, summary))}\n`);
  } else if (fixed && command.fix === 'preview') {
    await terminal.print(diffs(fixed, opened.root));
    await terminal.note(closing(findings, summary, nameOf(command.target)).trimEnd());
  } else {
    const style = styleFor(terminal, terminal.variables);
    const report = textReport(findings, { texts, style, shown });
    await terminal.print(`${told(fixed, style, shown)}${report}${closing(findings, summary, nameOf(command.target))}`);
  }
  return fails(findings, command.failOn) ? 1 : 0;
}

function nameOf(target: string): string {
  if (target === '-') return 'standard input';
  return target === '.' ? 'this folder' : target;
}

/** Fixes what can be fixed; the texts follow. */
async function applyFixes(opened: Opened, texts: Texts): Promise<Fixed> {
  const read = async (path: string) => texts.index(path).text;
  const fixed = await fixAll({ ...opened, read });
  for (const [path, { text }] of fixed.files) texts.set(path, text);
  return fixed;
}

async function write({ files }: Fixed, { root }: Opened): Promise<void> {
  for (const [path, { first, text }] of files) await writeText(path, first, text, relativePath(root, path));
}

function diffs({ files }: Fixed, root: string): string {
  return [...files]
    .map(([path, each]) => ({ path: relativePath(root, path), each }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, each }) => unifiedDiff(path, each.first, each.text))
    .join('');
}

function told(fixed: Fixed | undefined, style: Style, shown: (path: string) => string): string {
  if (!fixed || fixed.applied.length === 0) return '';
  const lines = fixed.applied.map(({ finding, title }) => `${style.good('fixed')} ${shown(finding.path)}: ${title}\n`);
  return `${lines.join('')}\n`;
}

const RANKS: Readonly<Record<Severity, number>> = { error: 3, warning: 2, information: 1, hint: 0 };

function fails(findings: readonly Finding[], failOn: FailOn): boolean {
  return failOn !== 'never' && findings.some((each) => RANKS[each.severity] >= RANKS[failOn]);
}

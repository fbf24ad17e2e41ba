/** What is generated from the rule objects: the list of all rules, their pages and the tables that name them. */
import { readdirSync } from 'node:fs';
import { importTypeScript } from '../lib/bundle.mjs';
import { inProject } from '../lib/place.mjs';

const folder = 'server/src/rules';
const notRules = new Set(['finding.ts', 'rule.ts', 'all.generated.ts']);

/** The codes of all rules, sorted: a rule's file has its code as name. */
export const ruleCodes = () =>
  readdirSync(inProject(folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .filter((entry) => !notRules.has(entry.name))
    .map((entry) => entry.name.slice(0, -'.ts'.length))
    .sort();

/** The rule objects, sorted by code. Throws where a file does not hold the rule of its name. */
export async function readRules(codes) {
  const contents = codes.map((code) => `export { rule as ${variable(code)} } from './${code}.ts';`).join('\n');
  const module = await importTypeScript({ stdin: { contents, resolveDir: inProject(folder), loader: 'ts' } }, 'rules');
  return codes.map((code) => {
    const rule = module[variable(code)];
    if (rule?.code !== code) throw new Error(`${folder}/${code}.ts must export a rule with the code ${code}.`);
    return rule;
  });
}

/** The module that lists all rules. */
export const rulesModule = (codes) =>
  [
    '/** All rules, one per file of this folder. Written by `npm run generate`. */',
    ...codes.map((code) => `import { rule as ${variable(code)} } from './${code}.ts';`),
    "import type { Rule } from './rule.ts';",
    '',
    codes.length === 0
      ? 'export const allRules: readonly Rule[] = [];'
      : `export const allRules: readonly Rule[] = [\n${codes.map((code) => `  ${variable(code)},\n`).join('')}];`,
    '',
  ].join('\n');

/** The page of one rule. */
export function rulePage(rule) {
  const { what, why, symptom, bad, good, remedy, sources } = rule.page;
  return sections([
    `# ${rule.title}`,
    `\`${rule.code}\` · ${facts(rule).join(' · ')}`,
    what,
    '## What is seen',
    symptom,
    '## Why',
    why,
    '## What to do',
    remedy,
    ...(bad === undefined ? [] : ['## Wrong', yaml(bad)]),
    ...(good === undefined ? [] : ['## Right', yaml(good)]),
    ...(sources.length === 0 ? [] : ['## Sources', sources.map((source) => `- ${link(source)}`).join('\n')]),
  ]);
}

/** The page that lists all rules. */
export const rulesIndex = (rules) =>
  sections([
    '# Rules',
    'A fault breaks calls or surprises; advice is off unless asked for. What a rule cannot know can be declared, see [settings](../settings.md).',
    'Also by what goes wrong: [mistakes](mistakes.md), and by the [codes of istioctl and Kiali](istioctl-and-kiali.md).',
    table(rules, (code) => `${code}.md`),
  ]);

/** A table of rules; `page` tells where the page of a code is, relative to the table's file. */
export function table(rules, page) {
  const rows = rules.map(
    (rule) =>
      `| [\`${rule.code}\`](${page(rule.code)}) | ${rule.severity} | ${cell(rule.page.what)} | ${rule.covers.join(', ')} |`,
  );
  return ['| Rule | Severity | Finds | Covers |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

const facts = (rule) => [
  `${rule.kind}, ${rule.severity} unless the finding says otherwise`,
  ...(rule.covers.length === 0 ? [] : [`covers ${rule.covers.join(', ')}`]),
];

const sections = (parts) => `${parts.map((part) => part.trim()).join('\n\n')}\n`;

/** The files of a fixture, each with its path before it. */
const yaml = (fixture) =>
  fixture
    .split(/^# -- (.+)\n/m)
    .slice(1)
    .map((part, index) => (index % 2 === 0 ? `\`${part.trim()}\`` : `\`\`\`yaml\n${part.trimEnd()}\n\`\`\``))
    .join('\n\n');

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const link = (source) => (/^https?:\S+$/.test(source) ? `<${source}>` : source);

const variable = (code) => code.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase());

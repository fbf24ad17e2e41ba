/**
 * `npm run generate`: writes everything that follows from the rules and the settings.
 * `npm run generate -- --check` writes nothing: it prints the files that are not what they would be, and is then exit code 1.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { mistakesPage } from './generate/mistakes.mjs';
import { notice } from './generate/notice.mjs';
import { peersPage } from './generate/peers.mjs';
import { readRules, ruleCodes, rulePage, rulesIndex, rulesModule, table } from './generate/rules.mjs';
import { definitionsBeside, schemasModule } from './generate/schemas.mjs';
import { json, packageManifest, settingsPage, settingsSchema } from './generate/settings.mjs';
import { readSnippets, snippetsFile, snippetsTable } from './generate/snippets.mjs';
import { bundles } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { inProject } from './lib/place.mjs';
import { script } from './lib/processes.mjs';

const checks = process.argv.includes('--check');

await script(async () => {
  await ensureInstalled();
  const files = await generatedFiles();
  const stale = [...files].filter(([path, text]) => read(path) !== text);
  const left = leftPages(files);
  for (const path of [...stale.map(([path]) => path), ...left]) process.stdout.write(`${path}\n`);
  if (checks) return stale.length + left.length > 0 ? 1 : 0;
  for (const [path, text] of stale) {
    mkdirSync(dirname(inProject(path)), { recursive: true });
    writeFileSync(inProject(path), text);
  }
  for (const path of left) rmSync(inProject(path));
});

/** All generated files: path to text. */
async function generatedFiles() {
  const codes = ruleCodes();
  const rules = await readRules(codes);
  const snippets = await readSnippets();
  return new Map([
    ['server/src/rules/all.generated.ts', rulesModule(codes)],
    ...rules.map((rule) => [`docs/rules/${rule.code}.md`, rulePage(rule)]),
    ['docs/rules/README.md', rulesIndex(rules)],
    ['docs/rules/mistakes.md', mistakesPage(rules)],
    ['docs/rules/istioctl-and-kiali.md', peersPage(rules)],
    ['schemas/istio-egress.schema.json', json(await settingsSchema(codes))],
    ['docs/settings.md', settingsPage(await settingsSchema())],
    ['package.json', packageManifest(rules)],
    ...schemas(),
    ['snippets/istio-egress.code-snippets', snippetsFile(snippets)],
    ...readme(rules, snippets),
    ...(await licences()),
  ]);
}

/** The schemas; as they are where the definitions that they are made from are not beside the repository. */
function schemas() {
  const definitions = definitionsBeside();
  return definitions === undefined ? [] : [['server/src/schema/data.generated.ts', schemasModule(definitions)]];
}

/** NOTICE; as it is while one of the programs is missing, for then nobody can say what they bundle. */
async function licences() {
  const isWhole = bundles.every(({ entry }) => existsSync(inProject(entry)));
  return isWhole ? [['NOTICE', await notice()]] : [];
}

/** The README with its tables of rules and snippets, where there is one with the markers for them. */
function readme(rules, snippets) {
  const text = read('README.md');
  if (text === undefined) return [];
  const tables = { rules: table(rules, (code) => `docs/rules/${code}.md`), snippets: snippetsTable(snippets) };
  const filled = Object.entries(tables).reduce((whole, [name, rows]) => {
    const place = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
    return whole.replace(place, (_, open, close) => `${open}${rows}\n${close}`);
  }, text);
  return [['README.md', filled]];
}

/** Pages of rules that are no more. */
function leftPages(files) {
  if (!existsSync(inProject('docs/rules'))) return [];
  const pages = readdirSync(inProject('docs/rules')).map((name) => `docs/rules/${name}`);
  return pages.filter((path) => !files.has(path));
}

function read(path) {
  return existsSync(inProject(path)) ? readFileSync(inProject(path), 'utf8') : undefined;
}

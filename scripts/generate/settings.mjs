/** What is generated from the settings: the JSON schema of `.istio-egress.yaml`, and the page about all settings. */
import { existsSync, readFileSync } from 'node:fs';
import { importTypeScript } from '../lib/bundle.mjs';
import { inProject } from '../lib/place.mjs';

/** The JSON schema of `.istio-egress.yaml`, as an object: with the codes that rules have, or for any. */
export async function settingsSchema(codes) {
  const entry = inProject('server/src/workspace/settings-schema.ts');
  const { settingsJsonSchema } = await importTypeScript({ entryPoints: [entry] }, 'settings-schema');
  return settingsJsonSchema(codes);
}

/** The extension's manifest with a setting for each rule. */
export function packageManifest(rules) {
  const manifest = readJson('package.json');
  const setting = manifest.contributes.configuration.properties['istioEgress.rules'];
  const level = { enum: setting.additionalProperties.enum };
  setting.properties = Object.fromEntries(rules.map(({ code, page }) => [code, { ...level, description: page.what }]));
  return json(manifest);
}

/** An object as the text of a JSON file. */
export const json = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** The page about the settings of the editor and of `.istio-egress.yaml`. */
export function settingsPage(schema) {
  return `${[
    '# Settings',
    '## In the repository: `.istio-egress.yaml`',
    "The file lies in the folder that is checked, and is the team's word: for the editor, the command line and CI alike. All of it is optional. Paths are relative to the file.",
    fieldTable(schema),
    '## In VS Code',
    editorTable(),
    '## In a manifest',
    IN_A_MANIFEST,
  ].join('\n\n')}\n`;
}

const IN_A_MANIFEST = `A comment silences findings by the code that they show:

\`\`\`yaml
# istio-egress: ignore gateway-not-found, host-not-served -- the platform team adds both
\`\`\`

Several codes are separated by commas, and a reason may follow after \` -- \`. There is no code for all of them.

| Where | What is silenced |
| --- | --- |
| behind something on its line | findings that begin on this line |
| alone on its line | findings that begin on the next line that is not a comment |
| at the head of a document, before anything else or on its dashes | findings in this document |
| above or behind \`apiVersion:\`, \`kind:\` or \`metadata:\` | findings in this resource |

A comment that silences nothing is a finding itself, unless the rule is off; so is one with a code that no rule has.

The annotation \`galley.istio.io/analyze-suppress\`, which \`istioctl analyze\` reads, is heeded where a rule finds just what istioctl has the code for: \`"IST0101,IST0132"\` silences the rules of which [all \`IST\` codes](rules/README.md) are in the list, \`"*"\` every rule that has one. Rules that cover no code of istioctl have to be named in a comment.`;

function fieldTable(schema) {
  const rows = fields(schema, '').map(
    ({ name, type, description }) => `| \`${name}\` | ${cell(type)} | ${cell(description)} |`,
  );
  return ['| Field | Type | Meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The fields of a schema in the order written, those inside objects and lists of objects after their parent. */
function fields(schema, prefix) {
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap((choice) => fields(choice, prefix));
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const name = `${prefix}${key}`;
    const inner = field.type === 'array' ? fields(field.items ?? {}, `${name}[].`) : fields(field, `${name}.`);
    return [{ name, type: typeOf(field), description: describe(field) }, ...inner];
  });
}

function typeOf(schema) {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(' or ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(typeOf).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') {
    return `map to ${typeOf(schema.additionalProperties)}`;
  }
  return schema.type ?? 'any';
}

function describe(schema) {
  const text = schema.markdownDescription ?? schema.description ?? '';
  const isPlain = ['string', 'number', 'boolean'].includes(typeof schema.default);
  return isPlain ? `${text} Default: \`${JSON.stringify(schema.default)}\`.`.trim() : text;
}

function editorTable() {
  const manifest = readJson('package.json');
  const words = existsSync(inProject('package.nls.json')) ? readJson('package.nls.json') : {};
  const word = (text) => text.replace(/^%(.+)%$/, (_, key) => words[key] ?? key);
  const groups = [manifest.contributes?.configuration ?? []].flat();
  const rows = groups
    .flatMap((group) => Object.entries(group.properties ?? {}))
    .map(([name, setting]) => {
      const text = word(setting.markdownDescription ?? setting.description ?? '');
      return `| \`${name}\` | ${cell(typeOf(setting))} | \`${cell(JSON.stringify(setting.default ?? null))}\` | ${cell(text)} |`;
    });
  return ['| Setting | Type | Default | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

const readJson = (path) => JSON.parse(readFileSync(inProject(path), 'utf8'));

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

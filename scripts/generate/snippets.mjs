/** What is generated from the patterns of routes: the snippets, and the table of their prefixes. */
import { importTypeScript } from '../lib/bundle.mjs';
import { inProject } from '../lib/place.mjs';
import { json } from './settings.mjs';

/** All snippets, as the server's sources make them. */
export async function readSnippets() {
  const entry = inProject('server/src/scaffold/snippets.ts');
  // What reads YAML is made for Node's own modules, and asks for them in the old way.
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  return (await importTypeScript({ entryPoints: [entry], banner }, 'snippets')).snippets();
}

/** The file of snippets, in the form of VS Code. */
export function snippetsFile(snippets) {
  const entries = snippets.map(({ prefix, title, what, body }) => [
    `Istio Egress: ${title}`,
    { prefix, description: what, scope: 'yaml', body: body.split('\n') },
  ]);
  return json(Object.fromEntries(entries));
}

export function snippetsTable(snippets) {
  const rows = snippets.map(({ prefix, what }) => `| \`${prefix}\` | ${what} |`);
  return ['| Prefix | Writes |', '| --- | --- |', ...rows].join('\n');
}

/** Builds `dist/`: one bundle each for the extension, the server with the CLI, and the thread that reads files. */
import { existsSync, rmSync } from 'node:fs';
import { bundle, forNode, writeWhole } from './bundle.mjs';
import { ensureInstalled } from './install.mjs';
import { inProject, say } from './place.mjs';
import { filesIn, hashOf, isStamped, stamp } from './stamp.mjs';

/** What is built. */
export const bundles = [
  { entry: 'client/src/extension.ts', out: 'dist/extension.js', external: ['vscode'] },
  { entry: 'server/src/programs.ts', out: 'dist/programs.js', external: [] },
  { entry: 'server/src/node/reader-worker.ts', out: 'dist/reader-worker.js', external: [] },
];

/** What starts the programs. */
const starters = [
  { out: 'dist/cli.js', text: "#!/usr/bin/env node\nrequire('./programs.js').cli();\n" },
  { out: 'dist/server.js', text: "require('./programs.js').server();\n" },
];

const sources = ['client/src', 'server/src', 'scripts/lib', 'package.json', 'package-lock.json'];

/** Installs and builds what is missing or stale. Says so on standard error, and nothing where there is nothing to do. */
export async function ensureBuilt() {
  await ensureInstalled();
  const hash = hashOf(sources.flatMap((path) => filesIn(inProject(path))).filter((path) => !path.endsWith('.test.ts')));
  const stampFile = inProject('dist/.stamp');
  if (isStamped(stampFile, hash) && [...bundles, ...starters].every(({ out }) => existsSync(inProject(out)))) return;
  say('Building …');
  // A build that stops half-way must not count as the one before.
  rmSync(stampFile, { force: true });
  await Promise.all(bundles.map(buildOne));
  for (const { out, text } of starters) writeWhole(inProject(out), text);
  stamp(stampFile, hash);
}

const buildOne = (each) => bundle(options(each));

/** esbuild's options for one of the bundles. */
export const options = ({ entry, out, external }) => ({
  entryPoints: [inProject(entry)],
  outfile: inProject(out),
  ...forNode,
  format: 'cjs',
  external,
  minify: true,
  // Beside the bundle and not named in it: kept for reading stack traces, never shipped.
  sourcemap: 'external',
  // The ES modules of packages hold less that is not used.
  mainFields: ['module', 'main'],
});

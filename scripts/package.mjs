/** `npm run package`: makes istio-egress-VERSION.vsix in the project's folder and prints its path. */
import { readFileSync, statSync } from 'node:fs';
import { ensureBuilt } from './lib/build.mjs';
import { inProject, root, say } from './lib/place.mjs';
import { script } from './lib/processes.mjs';

const limit = 1_000_000;

await script(async () => {
  await ensureBuilt();
  const { createVSIX } = (await import('@vscode/vsce')).default;
  const { name, version } = JSON.parse(readFileSync(inProject('package.json'), 'utf8'));
  const packagePath = inProject(`${name}-${version}.vsix`);
  // What vsce tells on its way is no answer.
  console.log = console.warn = console.info = (...words) => say(words.join(' '));
  await createVSIX({
    cwd: root,
    packagePath,
    // All that runs is in the bundles.
    dependencies: false,
    // Links in the texts are relative, and stay so: there need be no repository on the web.
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  const { size } = statSync(packagePath);
  if (size >= limit) throw new Error(`${packagePath} has ${size} bytes; it must stay under ${limit}.`);
  process.stdout.write(`${packagePath}\n`);
});

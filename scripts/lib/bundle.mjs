/** Bundles TypeScript with esbuild. Files appear whole or not at all, so commands that run at once do not disturb each other. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inProject, root } from './place.mjs';

/** What all bundles have in common. */
export const forNode = { absWorkingDir: root, bundle: true, platform: 'node', target: 'node20', logLevel: 'silent' };

/** Bundles for Node and writes what comes out. `options` are esbuild's own; a fault in the source throws with esbuild's words. */
export async function bundle(options) {
  const { build } = await import('esbuild');
  const result = await build({
    ...forNode,
    ...options,
    write: false,
  }).catch((error) => {
    throw new Error(`The sources do not build.\n${error.message}`);
  });
  for (const file of result.outputFiles) writeWhole(file.path, file.contents);
}

/** Bundles one TypeScript module into the cache and imports it: what developer tools use to read the project's own objects. */
export async function importTypeScript(source, name) {
  const outfile = inProject('node_modules/.cache/istio-egress', `${name}.mjs`);
  await bundle({ ...source, outfile, format: 'esm' });
  return import(`${pathToFileURL(outfile).href}?${Date.now()}`);
}

/** Writes a file beside its place and moves it there. */
export function writeWhole(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.tmp`;
  writeFileSync(beside, contents);
  renameSync(beside, path);
}

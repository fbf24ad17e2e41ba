/** NOTICE: the licences of the packages that are part of our bundles. */
import { readdirSync, readFileSync } from 'node:fs';
import { bundles, options } from '../lib/build.mjs';
import { inProject } from '../lib/place.mjs';

/** The text of NOTICE. Bundles everything to see what is in it; writes nothing. */
export async function notice() {
  const names = await bundledPackages();
  return [
    'Istio Egress\n',
    'This product contains the following packages, each under its own licence.\n',
    ...names.map(section),
  ].join('\n');
}

async function bundledPackages() {
  const { build } = await import('esbuild');
  const results = await Promise.all(
    bundles.map((bundle) => build({ ...options(bundle), write: false, metafile: true })),
  );
  const inputs = results.flatMap(({ metafile }) =>
    Object.values(metafile.outputs).flatMap((output) =>
      Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
    ),
  );
  const names = inputs.flatMap(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(names)].sort();
}

function section(name) {
  const folder = inProject('node_modules', name);
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file.`);
  const text = readFileSync(`${folder}/${file}`, 'utf8').replaceAll('\r\n', '\n').trim();
  return `${'-'.repeat(80)}\n${name} ${version} (${license})\n\n${text}\n`;
}

/** `npm run bench`: how fast and how large, on workspaces that are made for it. `--json` for programs. */
import { ensureBuilt } from './lib/build.mjs';
import { bundle } from './lib/bundle.mjs';
import { inProject } from './lib/place.mjs';
import { runNode, script } from './lib/processes.mjs';

await script(async () => {
  await ensureBuilt();
  const program = inProject('node_modules/.cache/istio-egress/bench.mjs');
  await bundle({
    entryPoints: [inProject('test/bench/bench.ts')],
    outfile: program,
    format: 'esm',
    mainFields: ['module', 'main'],
    // Some packages are of the old kind and ask for Node's own modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return runNode([program, inProject('dist'), ...process.argv.slice(2)]);
});

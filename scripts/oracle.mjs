/** `npm run --silent oracle -- traces|findings CASES.jsonl`: our answers to cases of Istio's own behaviour, as JSON lines on standard output. */
import { isAbsolute, resolve } from 'node:path';
import { bundle } from './lib/bundle.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { inProject, userFolder } from './lib/place.mjs';
import { runNode, script } from './lib/processes.mjs';

await script(async () => {
  await ensureInstalled();
  const program = inProject('node_modules/.cache/istio-egress/oracle.cjs');
  await bundle({
    entryPoints: [inProject('server/src/cli/oracle.ts')],
    outfile: program,
    format: 'cjs',
    mainFields: ['module', 'main'],
  });
  const [mode, file, ...rest] = process.argv.slice(2);
  const path = file === undefined || isAbsolute(file) ? file : resolve(userFolder, file);
  return runNode([program, ...[mode, path].filter((each) => each !== undefined), ...rest]);
});

/** `npm run --silent create -- --host HOST --pattern PATTERN …`: the CLI's `create`, built first where that is needed. Standard output and exit code are the CLI's. */
import { ensureBuilt } from './lib/build.mjs';
import { inProject, userFolder } from './lib/place.mjs';
import { runNode, script } from './lib/processes.mjs';

await script(async () => {
  await ensureBuilt();
  return runNode([inProject('dist/cli.js'), 'create', ...process.argv.slice(2)], { cwd: userFolder });
});

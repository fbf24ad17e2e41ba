/** `npm run build`: builds `dist/` where it is missing or stale. */
import { ensureBuilt } from './lib/build.mjs';
import { script } from './lib/processes.mjs';

await script(ensureBuilt);

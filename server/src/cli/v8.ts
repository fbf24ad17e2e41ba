/** How V8 runs a check, which reads everything once and ends: imported first, before there is much to run. */
import { setFlagsFromString } from 'node:v8';

// Fewer collections of short-lived objects are worth some memory.
setFlagsFromString('--max-semi-space-size=64');
setFlagsFromString('--semi-space-growth-factor=4');

// Up to Node 20 code is interpreted until it is worth the optimising compiler's long work. Most of a small check is over before that pays, so it begins three times
// later, and code runs as plain machine code until then. Later versions have a quick compiler in between, and count otherwise.
if (Number.parseInt(process.versions.v8, 10) < 12) {
  setFlagsFromString('--interrupt-budget=400000');
  setFlagsFromString('--always-sparkplug');
}

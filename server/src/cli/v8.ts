/** How V8 runs a check, which reads everything once and ends: imported first, before there is much to run. */
import { setFlagsFromString } from 'node:v8';

// Fewer collections of short-lived objects are worth some memory.
setFlagsFromString('--max-semi-space-size=64');
setFlagsFromString('--semi-space-growth-factor=4');
// Code is optimised when it has run three times as long as usual: most of a small check is done before it would pay, and a large one has time for it. Until then it
// runs as plain machine code, not interpreted.
setFlagsFromString('--interrupt-budget=400000');
setFlagsFromString('--always-sparkplug');

/** How V8 runs a check, which reads everything once and ends: imported first, before there is much to run. */
import { setFlagsFromString } from 'node:v8';

// Fewer collections of short-lived objects are worth some memory.
setFlagsFromString('--max-semi-space-size=64');
setFlagsFromString('--semi-space-growth-factor=4');
// Code is optimised when it has run fifteen times as long as usual: most of a check is done before optimised code would pay.
setFlagsFromString('--interrupt-budget=2000000');

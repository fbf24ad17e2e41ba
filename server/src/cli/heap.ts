/** Room for what a check makes and drops: imported first, before the heap grows. */
import { setFlagsFromString } from 'node:v8';

// A check reads everything once and ends: fewer collections of short-lived objects are worth some memory.
setFlagsFromString('--max-semi-space-size=64');
setFlagsFromString('--semi-space-growth-factor=4');

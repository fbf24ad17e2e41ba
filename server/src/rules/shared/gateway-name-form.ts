/** Which gateway names istiod's webhook accepts (`pkg/config/validation/virtualservice.go`, `validateGatewayNames`). */

import { fqdnProblem } from '../../schema/names.ts';

const LABEL = /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/;
const LABEL_LENGTH = 63;

/**
 * `name`, `name.namespace…` (the outdated form) or `namespace/name`; every part a DNS label. Nothing is trimmed: a blank makes another
 * name.
 */
export function isValidGatewayName(written: string): boolean {
  const slash = written.indexOf('/');
  if (slash < 0) return written.split('.').every(isLabel) && fqdnProblem(written) === undefined;
  const namespace = written.slice(0, slash);
  return isLabel(namespace) && isLabel(written.slice(slash + 1));
}

/** The one name that can have been meant by one that is not valid, where only blanks or a `./` stand in the way. */
export function correctedGatewayName(written: string): string | undefined {
  const candidate = written.replaceAll(/\s/g, '').replace(/^\.\//, '');
  return candidate !== written && candidate !== '' && isValidGatewayName(candidate) ? candidate : undefined;
}

function isLabel(text: string): boolean {
  return text.length <= LABEL_LENGTH && LABEL.test(text);
}

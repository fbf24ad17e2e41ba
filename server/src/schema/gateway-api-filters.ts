/** The API server's rules in CEL for the filters of HTTPRoutes. */
import type { View } from './view.ts';

/** Of each type, the field that it needs. */
const FIELDS: Readonly<Record<string, string>> = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestMirror: 'requestMirror',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  ExtensionRef: 'extensionRef',
  CORS: 'cors',
  ExternalAuth: 'externalAuth',
};
const ONCE = new Set(['CORS', 'RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite']);

/** Checks the filters of a rule or of a backend. @param backend looks at what a mirror or an authorizer is sent to */
export function checkFilters(owner: View, backend: (view: View) => void): void {
  const seen = new Map<string, View>();
  for (const filter of owner.objects('filters')) {
    const { found } = filter;
    const type = filter.constant('type');
    if (type === undefined) continue;
    const needed = FIELDS[type];
    if (needed !== undefined && !filter.has(needed)) {
      found.error('field-required', 'api', filter.at('type'), `A filter \`${type}\` needs \`${needed}\`.`);
    }
    for (const other of Object.values(FIELDS)) {
      if (other === needed || !filter.has(other) || (needed === undefined && type === '')) continue;
      found.error('fields-conflict', 'api', filter.keyAt(other), `\`${other}\` is not for a filter \`${type}\`.`);
    }
    const first = seen.get(type);
    if (first && ONCE.has(type)) {
      found.error('value-duplicated', 'api', filter.at('type'), `There can be one filter \`${type}\`.`, {
        related: [{ range: first.at('type'), text: 'The first one.' }],
      });
    }
    seen.set(type, filter);
    checkParts(filter, backend);
  }
  const rewrite = seen.get('URLRewrite');
  if (!rewrite || !seen.has('RequestRedirect')) return;
  rewrite.found.error(
    'fields-conflict',
    'api',
    rewrite.at('type'),
    'What is redirected is not rewritten: `URLRewrite` and `RequestRedirect` exclude each other.',
  );
}

/** Whether a filter replaces the prefix that was matched. */
export function needsOnePrefix(filter: View): boolean {
  return ['requestRedirect', 'urlRewrite'].some((key) => {
    const path = filter.object(key)?.object('path');
    return path?.constant('type') === 'ReplacePrefixMatch' && path.has('replacePrefixMatch');
  });
}

function checkParts(filter: View, backend: (view: View) => void): void {
  const { found } = filter;
  for (const key of ['requestRedirect', 'urlRewrite']) {
    const path = filter.object(key)?.object('path');
    if (path) checkPair(path, 'type', { ReplaceFullPath: 'replaceFullPath', ReplacePrefixMatch: 'replacePrefixMatch' });
  }
  const auth = filter.object('externalAuth');
  if (auth) {
    checkPair(auth, 'protocol', { GRPC: 'grpc', HTTP: 'http' });
    const target = auth.object('backendRef');
    if (target) backend(target);
  }
  const cors = filter.object('cors');
  for (const key of ['allowHeaders', 'allowMethods', 'exposeHeaders', 'allowOrigins']) {
    const star = cors?.items(key).find((each) => each.value === '*');
    if (cors && star && (cors.count(key) ?? 0) > 1 && key !== 'allowOrigins') {
      found.error('fields-conflict', 'api', star.range, '`*` stands for all: nothing can stand beside it.');
    }
  }
  const mirror = filter.object('requestMirror');
  if (!mirror) return;
  const target = mirror.object('backendRef');
  if (target) backend(target);
  if (mirror.has('percent') && mirror.has('fraction')) {
    found.error(
      'fields-conflict',
      'api',
      mirror.keyAt('fraction'),
      '`fraction` and `percent` exclude each other. Keep one of them.',
    );
  }
  const fraction = mirror.object('fraction');
  const whole = fraction?.has('denominator') ? fraction.number('denominator') : 100;
  const part = fraction?.number('numerator');
  if (fraction && part !== undefined && whole !== undefined && part > whole) {
    found.error(
      'value-out-of-range',
      'api',
      fraction.at('numerator'),
      `A fraction is at most a whole: ${part} of ${whole}.`,
    );
  }
}

/** A choice and the field that goes with it. */
function checkPair(view: View, choice: string, fields: Readonly<Record<string, string>>): void {
  const chosen = view.constant(choice);
  if (chosen === undefined) return;
  for (const [value, field] of Object.entries(fields)) {
    if (chosen === value && !view.has(field)) {
      view.found.error('field-required', 'api', view.at(choice), `\`${value}\` needs \`${field}\`.`);
    } else if (chosen !== value && view.has(field)) {
      view.found.error('fields-conflict', 'api', view.keyAt(field), `\`${field}\` is for the ${choice} \`${value}\`.`);
    }
  }
}

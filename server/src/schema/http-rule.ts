/** What istiod's webhook says of the HTTP rules of a VirtualService (`pkg/config/validation/virtualservice.go`). */
import { checkDestination, checkWeights } from './destination.ts';
import { nanosecondsOf } from './durations.ts';
import { checkHeaders, isAuthority, isHeaderName } from './headers.ts';
import { CORS_METHODS, GRPC_STATUS, isRetryPolicy, RETRY_POLICIES } from './http-status.ts';
import { checkMatch, checkRegex, utf8Length } from './http-match.ts';
import type { RouteContext } from './match.ts';
import { quoted } from './names.ts';
import { checkNumber, checkPort, replaced } from './parts.ts';
import { meantBy } from './suggest.ts';
import type { View } from './view.ts';

export function checkHttpRule(rule: View, context: RouteContext): void {
  checkActions(rule, context.isDelegate);
  for (const match of rule.objects('match')) checkMatch(match);
  checkHeaders(rule);
  checkAuthority(rule);
  checkCors(rule);
  checkFault(rule);
  checkMirrors(rule);
  checkRedirect(rule);
  checkDirectResponse(rule);
  checkRetries(rule);
  checkRewrite(rule);
  for (const each of rule.objects('route')) {
    checkHeaders(each);
    const destination = each.object('destination');
    if (destination) checkDestination(destination);
  }
  checkWeights(rule);
}

/** What a rule does: one thing. */
function checkActions(rule: View, isDelegate: boolean): void {
  // A list that is not known may hold something.
  const hasRoute = rule.count('route') !== 0;
  if (rule.has('delegate') && !isDelegate) {
    if (rule.has('redirect')) both(rule, 'redirect', 'delegate');
    if ((rule.count('route') ?? 0) > 0) both(rule, 'route', 'delegate');
    return;
  }
  if (isDelegate && rule.has('delegate')) {
    rule.found.error(
      'fields-conflict',
      'webhook',
      rule.keyAt('delegate'),
      'A delegate cannot delegate again: this VirtualService has no `hosts`.',
    );
  }
  const [action] = ['redirect', 'directResponse'].filter((key) => rule.has(key));
  if (action !== undefined) {
    if (hasRoute) both(rule, 'route', action);
    for (const key of ['fault', 'rewrite']) if (rule.has(key)) both(rule, key, action);
    if (action === 'redirect' && rule.has('directResponse')) both(rule, 'directResponse', action);
  } else if (!hasRoute) {
    rule.found.error(
      'field-required',
      'webhook',
      rule.mark,
      'The rule does nothing: it has neither `route` nor `redirect` nor `directResponse`.',
    );
  }
  if (rule.has('mirror') && (rule.count('mirrors') ?? 0) > 0) both(rule, 'mirrors', 'mirror');
}

function both(rule: View, key: string, other: string): void {
  const text = `A rule cannot have both \`${key}\` and \`${other}\`. Keep one of them.`;
  rule.found.error('fields-conflict', 'webhook', rule.keyAt(key), text, {
    related: [{ range: rule.keyAt(other), text: `\`${other}\` is here.` }],
    fixes: [key, other].map((each) => ({
      title: `Remove ${each}`,
      preferred: false,
      repairs: [{ kind: 'remove-key', range: rule.node.range, key: each }],
    })),
  });
}

/** The authority can be set in one place. */
function checkAuthority(rule: View): void {
  const request = rule.object('headers')?.object('request');
  const set = [...(request?.pairs('set') ?? []), ...(request?.pairs('add') ?? [])].filter((each) =>
    isAuthority(each.key),
  );
  if (set.length === 0) return;
  const rewrite = rule.object('rewrite');
  let isSet = rewrite !== undefined && (rewrite.text('authority') ?? '') !== '';
  for (const { keyRange, value } of set) {
    if (isSet) {
      rule.found.error(
        'fields-conflict',
        'webhook',
        keyRange,
        'The authority is set in more than one place. Keep one of them.',
      );
      return;
    }
    isSet = value !== undefined && value !== '';
  }
}

function checkCors(rule: View): void {
  const policy = rule.object('corsPolicy');
  if (!policy) return;
  const { found } = policy;
  for (const origin of policy.objects('allowOrigins')) {
    const [key] = ['exact', 'prefix', 'regex'].filter((each) => origin.has(each));
    if (key === undefined || origin.free(key) === '') {
      found.error(
        'value-invalid',
        'webhook',
        key === undefined ? origin.mark : origin.at(key),
        'An allowed origin is empty.',
      );
    } else if (key === 'regex') checkRegex(origin, 'regex');
  }
  for (const { value, range } of policy.items('allowMethods')) {
    if (value === undefined || CORS_METHODS.includes(value)) continue;
    const meant = meantBy(value, CORS_METHODS);
    const fixes =
      meant === undefined
        ? []
        : [{ title: `Use ${meant}`, preferred: true, repairs: [{ kind: 'replace', range, value: meant } as const] }];
    found.error('value-not-allowed', 'webhook', range, `${quoted(value)} is no HTTP method.`, { fixes });
  }
  for (const { value, range } of [...policy.items('allowHeaders'), ...policy.items('exposeHeaders')]) {
    if (value === undefined || value === '*' || isHeaderName(value)) continue;
    found.error(
      'name-invalid',
      'webhook',
      range,
      value === '' ? 'A header name is empty.' : `${quoted(value)} is no name of a header.`,
    );
  }
  const age = policy.free('maxAge');
  const length = age === undefined || !policy.has('maxAge') ? undefined : nanosecondsOf(age);
  if (length !== undefined && length >= 1e6 && length % 1e9 !== 0) {
    found.error('value-invalid', 'webhook', policy.at('maxAge'), `${quoted(age ?? '')} is no whole number of seconds.`);
  }
}

function checkFault(rule: View): void {
  const fault = rule.object('fault');
  if (!fault) return;
  const { found } = fault;
  if (!fault.has('abort') && !fault.has('delay')) {
    found.error('field-required', 'webhook', fault.mark, 'A fault has neither `abort` nor `delay`.');
  }
  const abort = fault.object('abort');
  const delay = fault.object('delay');
  for (const each of [abort, delay]) if (each) checkFraction(each);
  if (abort?.has('grpcStatus')) {
    const status = abort.constant('grpcStatus');
    if (status !== undefined && !GRPC_STATUS.includes(status)) {
      const meant = meantBy(status, GRPC_STATUS);
      const text = `${quoted(status)} is no gRPC status${meant === undefined ? ' such as `NOT_FOUND`' : `. Did you mean \`${meant}\`?`}`;
      found.error(
        'value-not-allowed',
        'webhook',
        abort.at('grpcStatus'),
        text.endsWith('?') ? text : `${text}.`,
        replaced(abort, 'grpcStatus', meant),
      );
    }
  }
  if (abort?.has('http2Error')) {
    found.error(
      'value-not-allowed',
      'webhook',
      abort.keyAt('http2Error'),
      'Istio does not support `http2Error`. Use `httpStatus` or `grpcStatus`.',
    );
  }
  if (abort?.has('httpStatus')) checkNumber(abort, 'httpStatus', 200, 600);
  if (delay?.has('exponentialDelay')) {
    found.error(
      'value-not-allowed',
      'webhook',
      delay.keyAt('exponentialDelay'),
      'Istio does not support `exponentialDelay`. Use `fixedDelay`.',
    );
  }
}

/** A share that is nothing, or at least a millionth. */
function checkFraction(fault: View): void {
  const percentage = fault.object('percentage');
  const value = percentage?.number('value');
  if (!percentage || value === undefined || value === 0 || (value >= 0.0001 && value <= 100)) return;
  const text = `\`percentage.value\` is ${value}; it takes 0, or 0.0001 to 100.`;
  fault.found.error('value-out-of-range', 'webhook', percentage.at('value'), text);
}

function checkMirrors(rule: View): void {
  const { found } = rule;
  for (const key of ['mirrorPercent', 'mirror_percent']) {
    if (!rule.has(key)) continue;
    checkNumber(rule, key, 0, 100);
    found.warning('setting-outdated', rule.keyAt(key), `\`${key}\` is outdated. Use \`mirrorPercentage\`.`);
  }
  const percentage = rule.object('mirrorPercentage');
  if (percentage) checkNumber(percentage, 'value', 0, 100);
  const mirror = rule.object('mirror');
  if (mirror) checkDestination(mirror);
  for (const each of rule.objects('mirrors')) {
    const destination = each.object('destination');
    if (!destination) continue;
    checkDestination(destination);
    const share = each.object('percentage');
    if (share) checkNumber(share, 'value', 0, 100);
  }
}

function checkRedirect(rule: View): void {
  const redirect = rule.object('redirect');
  if (!redirect) return;
  const { found } = redirect;
  if (redirect.isSet('prefixRewrite') && redirect.isSet('uri')) {
    both(redirect, 'prefixRewrite', 'uri');
    return;
  }
  if (redirect.isSet('prefixRewrite')) {
    const other = rule.objects('match').find((match) => match.object('uri')?.has('prefix') === false);
    if (other) {
      const text = 'A redirect with `prefixRewrite` needs a `prefix` in every `uri` that the rule matches.';
      found.error('fields-conflict', 'webhook', redirect.keyAt('prefixRewrite'), text, {
        related: [{ range: other.keyAt('uri'), text: 'This one has none.' }],
      });
      return;
    }
  }
  const parts = ['uri', 'prefixRewrite', 'authority', 'scheme'];
  if (!parts.some((key) => redirect.isSet(key)) && !redirect.has('port') && !redirect.has('derivePort')) {
    found.error(
      'field-required',
      'webhook',
      redirect.mark,
      'A redirect changes nothing: it has no `uri`, `authority`, `scheme` or `port`.',
    );
    return;
  }
  const code = redirect.number('redirectCode');
  if (code !== undefined && code !== 0) checkNumber(redirect, 'redirectCode', 300, 399);
  const scheme = redirect.text('scheme');
  if (scheme !== undefined && !['', 'http', 'https'].includes(scheme)) {
    found.error(
      'value-not-allowed',
      'webhook',
      redirect.at('scheme'),
      `${quoted(scheme)} is no scheme: it takes \`http\` or \`https\`.`,
      replaced(redirect, 'scheme', meantBy(scheme, ['http', 'https'])),
    );
  }
  if (redirect.number('port') !== 0) checkPort(redirect, 'port');
}

const MEGABYTE = 1024 * 1024;

function checkDirectResponse(rule: View): void {
  const response = rule.object('directResponse');
  if (!response) return;
  const body = response.object('body');
  const text = body?.free('string');
  const bytes = body?.free('bytes');
  const size = body?.has('bytes')
    ? Math.floor(((bytes ?? '').replaceAll(/[=\r\n]/g, '').length * 3) / 4)
    : utf8Length(text ?? '');
  if (body && size > MEGABYTE) {
    response.found.error('value-out-of-range', 'webhook', response.keyAt('body'), 'The body is larger than 1 MB.');
  } else if (body && size > 100 * 1024) {
    response.found.warning(
      'setting-ignored',
      response.keyAt('body'),
      'The body is larger than 100 KB: every proxy is sent it, and istiod slows down.',
    );
  }
  if (response.has('status')) checkNumber(response, 'status', 200, 600);
}

function checkRetries(rule: View): void {
  const retries = rule.object('retries');
  if (!retries) return;
  const { found } = retries;
  const attempts = retries.number('attempts');
  if (attempts !== undefined && attempts < 0) checkNumber(retries, 'attempts', 0, Number.POSITIVE_INFINITY);
  const [other] = ['perTryTimeout', 'retryOn', 'retryRemoteLocalities'].filter((key) =>
    key === 'retryOn' ? retries.isSet(key) : retries.has(key),
  );
  if (attempts === 0 && other !== undefined) {
    const text = `\`${other}\` says how to retry, but \`attempts\` is 0: nothing is retried. Set \`attempts\`.`;
    found.error('fields-conflict', 'webhook', retries.has('attempts') ? retries.at('attempts') : retries.mark, text);
  }
  const policies = retries.free('retryOn');
  if (policies === undefined || policies === '') return;
  for (const word of policies.split(',')) {
    if (isRetryPolicy(word)) continue;
    const meant = meantBy(word, RETRY_POLICIES);
    const trimmed = isRetryPolicy(word.trim());
    const remedy = trimmed ? 'Write no blanks after commas.' : meant === undefined ? '' : `Did you mean \`${meant}\`?`;
    const whole = policies
      .split(',')
      .map((each) => (isRetryPolicy(each.trim()) ? each.trim() : (meantBy(each, RETRY_POLICIES) ?? each)));
    const right = whole.every(isRetryPolicy) ? whole.join(',') : undefined;
    found.error(
      'value-not-allowed',
      'webhook',
      retries.at('retryOn'),
      `${quoted(word)} is no condition to retry on. ${remedy}`.trim(),
      replaced(retries, 'retryOn', right),
    );
    return;
  }
}

function checkRewrite(rule: View): void {
  const rewrite = rule.object('rewrite');
  if (!rewrite) return;
  const { found } = rewrite;
  const regex = rewrite.has('uriRegexRewrite');
  if (rewrite.isSet('uri') && regex) {
    both(rewrite, 'uriRegexRewrite', 'uri');
    return;
  }
  if (!rewrite.isSet('uri') && !regex && !rewrite.isSet('authority')) {
    found.error(
      'field-required',
      'webhook',
      rewrite.mark,
      'A rewrite changes nothing: it has no `uri`, `uriRegexRewrite` or `authority`.',
    );
    return;
  }
  const expression = rewrite.object('uriRegexRewrite');
  if (!expression) return;
  const missing = ['match', 'rewrite'].find((key) => expression.free(key) === '');
  if (missing !== undefined) {
    found.error(
      'field-required',
      'webhook',
      expression.keyAt(missing),
      `\`uriRegexRewrite\` needs both \`match\` and \`rewrite\`; \`${missing}\` is missing.`,
    );
  } else checkRegex(expression, 'match');
}

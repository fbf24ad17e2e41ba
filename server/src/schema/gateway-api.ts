/** The API server's rules in CEL for Gateway, HTTPRoute, TLSRoute (`x-kubernetes-validations` of Gateway API's definitions). */
import { isIpAddress } from './addresses.ts';
import { checkFilters, needsOnePrefix } from './gateway-api-filters.ts';
import { nanosecondsOf } from './durations.ts';
import { quoted } from './names.ts';
import type { View } from './view.ts';

export function checkK8sGateway(spec: View): void {
  const listeners = spec.objects('listeners');
  for (const listener of listeners) checkListener(listener);
  const seen = new Map<string, View>();
  for (const listener of listeners) {
    const parts = [listener.number('port'), listener.constant('protocol'), listener.text('hostname')];
    if (parts.includes(undefined)) continue;
    const key = JSON.stringify([...parts, listener.has('hostname')]);
    const first = seen.get(key);
    if (!first) seen.set(key, listener);
    else {
      const text = 'Two listeners have the same port, protocol and host name. Give each its own.';
      listener.found.error('value-duplicated', 'api', listener.at('port'), text, {
        related: [{ range: first.at('port'), text: 'The first one.' }],
      });
    }
  }
  for (const address of spec.objects('addresses')) {
    const value = address.text('value');
    const type = address.constant('type');
    if (!value || (type !== '' && type !== 'IPAddress') || isIpAddress(value)) continue;
    spec.found.error('value-invalid', 'schema', address.at('value'), `${quoted(value)} is no IP address.`);
  }
}

function checkListener(listener: View): void {
  const { found } = listener;
  const protocol = listener.constant('protocol');
  const tls = listener.object('tls');
  if (protocol === undefined) return;
  if (['HTTP', 'TCP', 'UDP'].includes(protocol) && listener.has('tls')) {
    const text = `A listener for ${quoted(protocol)} cannot have \`tls\`. Use the protocol TLS or HTTPS, or remove it.`;
    found.error('tls-settings-invalid', 'api', listener.keyAt('tls'), text);
  }
  if (['TCP', 'UDP'].includes(protocol) && (listener.text('hostname') ?? '') !== '') {
    const text = `A listener for ${quoted(protocol)} cannot have a host name: nothing on the wire tells it.`;
    found.error('fields-conflict', 'api', listener.keyAt('hostname'), text);
  }
  if (protocol === 'TLS' && !listener.has('tls')) {
    found.error(
      'tls-settings-invalid',
      'api',
      listener.at('protocol'),
      'A listener for `TLS` needs `tls` with a `mode`.',
    );
  }
  if (!tls) return;
  const mode = tls.constant('mode');
  if (protocol === 'HTTPS' && mode !== undefined && mode !== '' && mode !== 'Terminate') {
    found.error(
      'tls-settings-invalid',
      'api',
      tls.at('mode'),
      'A listener for `HTTPS` ends TLS: its mode is `Terminate`.',
    );
  }
  const ends = mode === '' || mode === 'Terminate';
  if (ends && tls.count('certificateRefs') === 0 && tls.size('options') === 0) {
    const range = tls.has('mode') ? tls.at('mode') : tls.mark;
    found.error('tls-settings-invalid', 'api', range, '`Terminate` needs a certificate in `certificateRefs`.');
  }
}

/** An HTTPRoute or a TLSRoute. */
export function checkK8sRoute(spec: View, kind: 'HTTPRoute' | 'TLSRoute'): void {
  checkParents(spec.objects('parentRefs'));
  if (kind === 'TLSRoute') checkHostnames(spec);
  const names = new Map<string, View>();
  let matches = 0;
  for (const rule of spec.objects('rules')) {
    const name = rule.text('name');
    const first = name === undefined ? undefined : names.get(name);
    if (first)
      rule.found.error('value-duplicated', 'api', rule.at('name'), `Two rules are called ${quoted(name ?? '')}.`);
    else if (name !== undefined && rule.has('name')) names.set(name, rule);
    for (const each of rule.objects('backendRefs')) checkBackend(each);
    if (kind === 'HTTPRoute') checkHttpRouteRule(rule);
    matches += rule.count('matches') || 1;
  }
  if (kind === 'HTTPRoute' && matches > 128) {
    spec.found.error(
      'value-out-of-range',
      'api',
      spec.keyAt('rules'),
      `The rules have ${matches} matches; 128 are taken.`,
    );
  }
}

/** A Service is sent to at one of its ports. */
export function checkBackend(backend: View): void {
  const kind = backend.constant('kind');
  if (backend.text('group') !== '' || (kind !== '' && kind !== 'Service') || backend.has('port')) return;
  backend.found.error('field-required', 'api', backend.mark, 'A Service is sent to at a port: `port` is missing.');
}

function checkHttpRouteRule(rule: View): void {
  const { found } = rule;
  const filters = rule.objects('filters');
  checkFilters(rule, checkBackend);
  for (const each of rule.objects('backendRefs')) checkFilters(each, checkBackend);
  const redirect = filters.find((each) => each.has('requestRedirect'));
  if (redirect && (rule.count('backendRefs') ?? 0) > 0) {
    found.error(
      'fields-conflict',
      'api',
      rule.keyAt('backendRefs'),
      'A rule that redirects sends nowhere: `backendRefs` cannot be there.',
      {
        related: [{ range: redirect.mark, text: 'It redirects here.' }],
      },
    );
  }
  const prefix = [...filters, ...rule.objects('backendRefs').flatMap((each) => each.objects('filters'))].find(
    needsOnePrefix,
  );
  const [only, ...others] = rule.objects('matches');
  const type = only?.object('path')?.constant('type');
  const right = others.length === 0 && (type === undefined || type === '' || type === 'PathPrefix');
  if (prefix && !right) {
    found.error(
      'fields-conflict',
      'api',
      prefix.mark,
      '`ReplacePrefixMatch` needs one match in its rule, by `PathPrefix`.',
    );
  }
  for (const match of rule.objects('matches')) checkPath(match.object('path'));
  checkSession(rule.object('sessionPersistence'));
  checkTimeouts(rule.object('timeouts'));
}

function checkPath(path: View | undefined): void {
  const value = path?.free('value');
  const type = path?.constant('type');
  if (!path || value === undefined || !path.has('value') || !['', 'Exact', 'PathPrefix'].includes(type ?? 'unknown'))
    return;
  const problem = !value.startsWith('/')
    ? 'does not begin with `/`'
    : /\/\/|\/\.\.?(?:\/|$)|%2f|#/i.test(value)
      ? 'has `//`, `/./`, `/../`, `%2F` or `#` in it, which requests are rid of'
      : /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/.test(value)
        ? undefined
        : 'has characters that a path cannot have';
  if (problem) path.found.error('value-invalid', 'api', path.at('value'), `The path ${quoted(value)} ${problem}.`);
}

function checkSession(session: View | undefined): void {
  const cookie = session?.object('cookieConfig');
  if (!session || !cookie) return;
  if (cookie.constant('lifetimeType') === 'Permanent' && !session.has('absoluteTimeout')) {
    session.found.error(
      'field-required',
      'api',
      cookie.at('lifetimeType'),
      'A permanent cookie needs `absoluteTimeout`.',
    );
  }
  const type = session.constant('type');
  if (type !== undefined && type !== '' && type !== 'Cookie') {
    session.found.error(
      'fields-conflict',
      'api',
      session.keyAt('cookieConfig'),
      '`cookieConfig` is for sessions of the type `Cookie`.',
    );
  }
}

function checkTimeouts(timeouts: View | undefined): void {
  const whole = nanosecondsOf(timeouts?.free('request') ?? '');
  const one = nanosecondsOf(timeouts?.free('backendRequest') ?? '');
  if (!timeouts || whole === undefined || one === undefined || whole === 0 || one <= whole) return;
  timeouts.found.error(
    'value-out-of-range',
    'api',
    timeouts.at('backendRequest'),
    'A try cannot take longer than the request: `backendRequest` is more than `request`.',
  );
}

/** A parent is named once, or several times by different sections or ports. */
function checkParents(parents: readonly View[]): void {
  const read = parents.map((view) => ({
    view,
    who: [
      view.text('group') || 'gateway.networking.k8s.io',
      view.constant('kind') || 'Gateway',
      view.text('name'),
      view.text('namespace'),
    ],
    section: view.text('sectionName'),
    port: view.number('port'),
  }));
  for (const [i, a] of read.entries()) {
    for (const b of read.slice(0, i)) {
      const isKnown = ![...a.who, ...b.who, a.section, b.section, a.port, b.port].includes(undefined);
      if (!isKnown || a.who.join(' ') !== b.who.join(' ')) continue;
      const differ = a.section !== b.section || a.port !== b.port;
      const alike = (a.section === '') === (b.section === '') && a.view.has('port') === b.view.has('port');
      if (differ && alike) continue;
      const text = alike ? 'The same parent is here twice.' : 'A parent is named as a whole or by sections, not both.';
      a.view.found.error('value-duplicated', 'api', a.view.at('name'), text, {
        related: [{ range: b.view.at('name'), text: 'The other one.' }],
      });
      break;
    }
  }
}

const NAME = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

function checkHostnames(spec: View): void {
  for (const { value, range } of spec.items('hostnames')) {
    if (value === undefined || (NAME.test(value.startsWith('*.') ? value.slice(2) : value) && !isIpAddress(value)))
      continue;
    spec.found.error(
      'host-invalid',
      'api',
      range,
      `${quoted(value)} is no name of a host${isIpAddress(value) ? ', but an IP address' : ''}.`,
    );
  }
}

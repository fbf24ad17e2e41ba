/** Traffic policies of DestinationRules (`validateTrafficPolicy`). */
import { isIpAddress } from './addresses.ts';
import { checkConnectionPool } from './connection-pool.ts';
import { checkLocality, checkZoneAware } from './locality.ts';
import { fqdnProblem, isPort, quoted } from './names.ts';
import { checkDuration, checkNumber, replaced } from './parts.ts';
import { meantBy } from './suggest.ts';
import type { View } from './view.ts';

const SOME = ['tls', 'loadBalancer', 'connectionPool', 'outlierDetection'];
const OTHERS = ['portLevelSettings', 'tunnel', 'proxyProtocol', 'retryBudget'];

/**
 * What the webhook warns of in policies of ports and subsets is lost on its way to the user.
 *
 * @param warns whether warnings are heard
 */
export function checkTrafficPolicy(policy: View, warns: 'heard' | 'lost'): void {
  const { found } = policy;
  // An empty list is none.
  const says = (key: string) => policy.has(key) && !(key === 'portLevelSettings' && policy.count(key) === 0);
  if (![...SOME, ...OTHERS].some(says)) {
    found.error(
      'field-required',
      'webhook',
      policy.mark,
      'The traffic policy says nothing. Add a setting, or remove it.',
    );
    return;
  }
  if (policy.has('tunnel') && policy.has('proxyProtocol')) {
    found.error(
      'fields-conflict',
      'webhook',
      policy.keyAt('proxyProtocol'),
      '`tunnel` and `proxyProtocol` exclude each other. Keep one of them.',
    );
    return;
  }
  checkSettings(policy, warns);
  for (const each of policy.objects('portLevelSettings')) checkPortPolicy(each);
  const tunnel = policy.object('tunnel');
  if (tunnel) checkTunnel(tunnel);
}

function checkPortPolicy(policy: View): void {
  const { found } = policy;
  if (!policy.has('port')) found.error('field-required', 'webhook', policy.mark, 'Settings for a port have no `port`.');
  if (SOME.some((key) => policy.has(key))) {
    checkSettings(policy, 'lost');
    return;
  }
  found.error(
    'field-required',
    'webhook',
    policy.has('port') ? policy.keyAt('port') : policy.mark,
    'Settings for a port say nothing: add `tls`, `loadBalancer`, `connectionPool` or `outlierDetection`.',
  );
}

function checkSettings(policy: View, warns: 'heard' | 'lost'): void {
  const outlier = policy.object('outlierDetection');
  if (outlier) checkOutlier(outlier, warns);
  const pool = policy.object('connectionPool');
  if (pool) checkConnectionPool(pool);
  const balancer = policy.object('loadBalancer');
  if (balancer) checkLoadBalancer(balancer, policy.has('outlierDetection'), warns);
  const tls = policy.object('tls');
  if (tls) checkClientTls(tls);
}

function checkOutlier(outlier: View, warns: 'heard' | 'lost'): void {
  const { found } = outlier;
  if (warns === 'heard' && (outlier.number('consecutiveErrors') ?? 0) !== 0) {
    found.warning(
      'setting-outdated',
      outlier.keyAt('consecutiveErrors'),
      '`consecutiveErrors` is outdated. Use `consecutive5xxErrors` or `consecutiveGatewayErrors`.',
    );
  }
  const failures = outlier.number('consecutiveLocalOriginFailures');
  if (failures !== undefined && failures > 0 && outlier.flag('splitExternalLocalOriginErrors') === false) {
    const text = '`consecutiveLocalOriginFailures` needs `splitExternalLocalOriginErrors: true`.';
    found.error('fields-conflict', 'webhook', outlier.keyAt('consecutiveLocalOriginFailures'), text);
  }
  for (const key of ['maxEjectionPercent', 'minHealthPercent']) checkNumber(outlier, key, 0, 100);
}

function checkLoadBalancer(balancer: View, hasOutlier: boolean, warns: 'heard' | 'lost'): void {
  const { found } = balancer;
  const hash = balancer.object('consistentHash');
  if (hash) checkHash(hash, warns);
  if (balancer.has('localityLbSetting') && balancer.has('zoneAwareLbSetting')) {
    const text = '`localityLbSetting` and `zoneAwareLbSetting` exclude each other. Keep one of them.';
    found.error('fields-conflict', 'webhook', balancer.keyAt('zoneAwareLbSetting'), text);
  }
  const context = { hasOutlier, warns };
  const locality = balancer.object('localityLbSetting');
  if (locality) checkLocality(locality, context);
  const zones = balancer.object('zoneAwareLbSetting');
  if (zones) checkZoneAware(zones, context);
  const warmup = balancer.object('warmup');
  if (!warmup) return;
  if (!warmup.has('duration')) found.error('field-required', 'webhook', warmup.mark, '`warmup` has no `duration`.');
  const least = warmup.number('minimumPercent');
  if (least !== undefined && least > 100) checkNumber(warmup, 'minimumPercent', 0, 100);
  const aggression = warmup.number('aggression');
  if (warmup.has('aggression') && aggression !== undefined && aggression <= 0) {
    found.error(
      'value-out-of-range',
      'webhook',
      warmup.at('aggression'),
      `\`aggression\` is ${aggression}; it takes more than 0.`,
    );
  }
}

function checkHash(hash: View, warns: 'heard' | 'lost'): void {
  const { found } = hash;
  const cookie = hash.object('httpCookie');
  if (cookie) {
    if (cookie.has('name') && cookie.text('name') === '')
      found.error('name-invalid', 'webhook', cookie.at('name'), 'The name of the cookie is empty.');
    checkDuration(cookie, 'ttl', 'any');
    const names = new Set<string>();
    for (const attribute of cookie.objects('attributes')) {
      const name = attribute.text('name');
      if (name === '')
        found.error(
          'name-invalid',
          'webhook',
          attribute.has('name') ? attribute.at('name') : attribute.mark,
          'The name of an attribute is empty.',
        );
      else if (name !== undefined && names.has(name))
        found.error(
          'value-duplicated',
          'webhook',
          attribute.at('name'),
          `The attribute ${quoted(name)} is here twice.`,
        );
      names.add(name ?? '');
    }
  }
  const ring = hash.number('minimumRingSize');
  if (ring !== undefined && ring !== 0) {
    if (warns === 'heard')
      found.warning(
        'setting-outdated',
        hash.keyAt('minimumRingSize'),
        '`minimumRingSize` is outdated. Use `ringHash.minimumRingSize`.',
      );
    const [other] = ['ringHash', 'maglev'].filter((key) => hash.has(key));
    if (other !== undefined) {
      found.error(
        'fields-conflict',
        'webhook',
        hash.keyAt('minimumRingSize'),
        `\`minimumRingSize\` and \`${other}\` exclude each other. Keep \`${other}\`.`,
      );
    }
  }
  const size = hash.object('maglev')?.number('tableSize');
  const maglev = hash.object('maglev');
  if (!maglev || size === undefined || (size < 5_000_011 && isPrime(size))) return;
  const range = maglev.has('tableSize') ? maglev.at('tableSize') : maglev.mark;
  found.error(
    'value-out-of-range',
    'webhook',
    range,
    `\`tableSize\` is ${size}; it takes a prime number below 5000011.`,
  );
}

/** As Envoy counts: 1 is one, too. */
function isPrime(value: number): boolean {
  if (value !== 0 && value < 4) return true;
  if (value % 2 === 0) return false;
  for (let factor = 3; factor * factor <= value; factor += 2) if (value % factor === 0) return false;
  return true;
}

/** `agent.ValidateTLS`, but for what needs to know the namespace. */
function checkClientTls(tls: View): void {
  const { found } = tls;
  const mode = tls.constant('mode');
  const skips = tls.flag('insecureSkipVerify') === true;
  const named = tls.has('subjectAltNames') && tls.count('subjectAltNames') !== 0;
  const checked = [
    ...(tls.isSet('caCertificates') ? ['caCertificates'] : []),
    ...(mode === 'SIMPLE' && tls.isSet('credentialName') ? ['credentialName'] : []),
    ...(named ? ['subjectAltNames'] : []),
  ];
  if (skips && (mode === 'SIMPLE' || mode === 'MUTUAL') && checked[0] !== undefined) {
    const text = `\`insecureSkipVerify: true\` checks nothing, and \`${checked[0]}\` says what to check. Keep one of them.`;
    found.error('tls-settings-invalid', 'webhook', tls.keyAt(checked[0]), text, {
      related: [{ range: tls.at('insecureSkipVerify'), text: 'The check is switched off here.' }],
    });
  }
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return;
  if (tls.isSet('credentialName')) {
    const [own] = ['clientCertificate', 'privateKey', 'caCertificates', 'caCrl'].filter((key) => tls.isSet(key));
    if (own === undefined) return;
    const text = `The certificates come from the Secret that \`credentialName\` names: remove \`${own}\`, or \`credentialName\`.`;
    found.error('tls-settings-invalid', 'webhook', tls.keyAt(own), text, {
      related: [{ range: tls.at('credentialName'), text: 'The Secret.' }],
    });
    return;
  }
  if (mode !== 'MUTUAL') return;
  const [missing] = ['clientCertificate', 'privateKey'].filter((key) => !tls.isSet(key));
  if (missing !== undefined) {
    found.error(
      'tls-settings-invalid',
      'webhook',
      tls.at('mode'),
      `\`MUTUAL\` needs \`${missing}\`, or a \`credentialName\` that names a Secret with it.`,
    );
  }
}

function checkTunnel(tunnel: View): void {
  const { found } = tunnel;
  const protocol = tunnel.constant('protocol');
  if (protocol !== undefined && !['', 'CONNECT', 'POST'].includes(protocol)) {
    const meant = meantBy(protocol, ['CONNECT', 'POST']);
    found.error(
      'value-not-allowed',
      'webhook',
      tunnel.at('protocol'),
      `${quoted(protocol)} is no protocol of a tunnel: it takes \`CONNECT\` or \`POST\`.`,
      replaced(tunnel, 'protocol', meant),
    );
  }
  const host = tunnel.text('targetHost');
  if (host !== undefined && tunnel.has('targetHost') && fqdnProblem(host) !== undefined && !isIpAddress(host)) {
    found.error(
      'host-invalid',
      'webhook',
      tunnel.at('targetHost'),
      `${quoted(host)} is no name of a host and no IP address.`,
    );
  }
  const port = tunnel.number('targetPort');
  if (port !== undefined && tunnel.has('targetPort') && !isPort(port)) {
    found.error('value-out-of-range', 'webhook', tunnel.at('targetPort'), `Port ${port} is not between 1 and 65535.`);
  }
}

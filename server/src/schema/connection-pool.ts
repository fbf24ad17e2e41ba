/** Connection pools (`validateConnectionPool`). Durations of the schema are checked with it. */
import { checkDuration } from './parts.ts';
import type { View } from './view.ts';

export function checkConnectionPool(pool: View): void {
  const { found } = pool;
  if (!pool.has('http') && !pool.has('tcp')) {
    found.error(
      'field-required',
      'webhook',
      pool.mark,
      '`connectionPool` says nothing: it has neither `http` nor `tcp`.',
    );
    return;
  }
  const http = pool.object('http');
  if (http) checkHttp(http);
  const tcp = pool.object('tcp');
  if (!tcp) return;
  atLeastZero(tcp, 'maxConnections');
  checkDuration(tcp, 'idleTimeout', 'allowed');
}

function checkHttp(http: View): void {
  for (const key of [
    'http1MaxPendingRequests',
    'http2MaxRequests',
    'maxRequestsPerConnection',
    'maxRetries',
    'maxConcurrentStreams',
  ]) {
    atLeastZero(http, key);
  }
  if (http.constant('h2UpgradePolicy') === 'UPGRADE' && http.flag('useClientProtocol') === true) {
    const text =
      "`useClientProtocol` keeps the client's protocol, and `h2UpgradePolicy: UPGRADE` changes it. Keep one of them.";
    http.found.error('fields-conflict', 'webhook', http.keyAt('useClientProtocol'), text, {
      related: [{ range: http.at('h2UpgradePolicy'), text: 'It is changed here.' }],
    });
  }
  const alive = http.object('http2KeepAlive');
  if (!alive) return;
  for (const key of ['interval', 'timeout']) {
    if (!alive.has(key))
      alive.found.error('field-required', 'webhook', alive.mark, `\`http2KeepAlive\` has no \`${key}\`.`);
  }
}

function atLeastZero(view: View, key: string): void {
  const value = view.number(key);
  if (value !== undefined && value < 0) {
    view.found.error('value-out-of-range', 'webhook', view.at(key), `\`${key}\` is ${value}; it takes 0 or more.`);
  }
}

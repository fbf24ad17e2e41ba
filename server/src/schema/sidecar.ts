/** What istiod's webhook says of a Sidecar (`ValidateSidecar`). */
import { checkConnectionPool } from './connection-pool.ts';
import { checkDestination } from './destination.ts';
import { checkQualifiedHost } from './gateway.ts';
import { fqdnProblem, isPort, quoted } from './names.ts';
import {
  checkBind,
  checkLabelName,
  checkProtocol,
  checkSelector,
  checkSocket,
  hostText,
  isHttp,
  isProtocol,
  isTls,
} from './parts.ts';
import { checkServerTls } from './server-tls.ts';
import type { View } from './view.ts';

export function checkSidecar(spec: View): void {
  const { found } = spec;
  if (!checkSelector(spec, { key: 'labels', reach: 'it is for every pod of the namespace' })) return;
  const isEmpty = spec.count('egress') === 0 && spec.count('ingress') === 0;
  if (isEmpty && !spec.has('outboundTrafficPolicy') && !spec.has('inboundConnectionPool')) {
    found.error(
      'field-required',
      'webhook',
      spec.mark,
      'The Sidecar says nothing: it has neither `egress` nor `ingress` nor `outboundTrafficPolicy`.',
    );
    return;
  }
  checkIngress(spec);
  const pool = spec.object('inboundConnectionPool');
  if (pool) checkConnectionPool(pool);
  checkEgress(spec);
  checkPolicy(spec);
}

function checkIngress(spec: View): void {
  const numbers = new Map<number, View>();
  for (const listener of spec.objects('ingress')) {
    const { found } = listener;
    const port = listener.object('port');
    if (!port) continue;
    checkListenerPort(port);
    if (port.number('number') !== undefined && !isPort(port.number('number') ?? 1)) outOfRange(port);
    checkAddressBind(listener);
    unique(port, numbers);
    checkDefaultEndpoint(listener);
    checkIngressTls(listener, port);
    const pool = listener.object('connectionPool');
    const protocol = port.constant('protocol');
    if (!pool) continue;
    checkConnectionPool(pool);
    if (pool.has('http') && protocol !== undefined && !isHttp(protocol)) {
      found.warning(
        'setting-ignored',
        pool.keyAt('http'),
        `The settings for HTTP are ignored: the port is for ${protocol === '' ? 'no protocol that is named' : quoted(protocol)}.`,
      );
    }
  }
}

/** A sidecar's listener binds to an address; in `ingress` never to a socket. */
function checkAddressBind(listener: View): void {
  if (listener.text('bind')?.startsWith('unix://')) {
    listener.found.error(
      'sidecar-listener-invalid',
      'webhook',
      listener.at('bind'),
      'This listener binds to an IP address, not to a socket.',
    );
  } else checkBind(listener, 'bind');
}

function outOfRange(port: View): void {
  const range = port.has('number') ? port.at('number') : port.mark;
  if (!port.has('number')) port.found.error('field-required', 'webhook', range, 'The port has no `number`.');
  else
    port.found.error(
      'value-out-of-range',
      'webhook',
      range,
      `Port ${port.number('number') ?? 0} is not between 1 and 65535.`,
    );
}

function checkListenerPort(port: View): void {
  if ((port.number('targetPort') ?? 0) > 0) {
    const fixes = [
      {
        title: 'Remove targetPort',
        preferred: true,
        repairs: [{ kind: 'remove-key' as const, range: port.node.range, key: 'targetPort' }],
      },
    ];
    port.found.error(
      'fields-conflict',
      'webhook',
      port.keyAt('targetPort'),
      '`targetPort` has no place in a Sidecar. Remove it.',
      { fixes },
    );
  }
  if (port.isSet('name')) checkLabelName(port, 'name', 'A port');
  checkProtocol(port, 'allowed');
}

function unique(port: View, numbers: Map<number, View>): void {
  const number = port.number('number');
  if (number === undefined) return;
  const first = numbers.get(number);
  if (!first) {
    numbers.set(number, port);
    return;
  }
  port.found.error('value-duplicated', 'webhook', port.at('number'), `Two listeners have the port ${number}.`, {
    related: [{ range: first.at('number'), text: 'The first one.' }],
  });
}

function checkDefaultEndpoint(listener: View): void {
  const written = listener.text('defaultEndpoint');
  if (written === undefined || written === '') return;
  const range = listener.at('defaultEndpoint');
  if (written.startsWith('unix://')) {
    checkSocket(listener, range, written.slice(7));
    return;
  }
  const [, host = '', port = ''] = /^(127\.0\.0\.1|0\.0\.0\.0|\[::1?\]|):([+-]?\d+)$/.exec(written) ?? [];
  if (port !== '' && isPort(Number(port)) && host !== undefined) return;
  listener.found.error(
    'sidecar-listener-invalid',
    'webhook',
    range,
    `${quoted(written)} is no endpoint of the pod: write \`127.0.0.1:PORT\`, \`0.0.0.0:PORT\` or \`unix:///PATH\`.`,
  );
}

function checkIngressTls(listener: View, port: View): void {
  const tls = listener.object('tls');
  if (!tls) return;
  const wrong = (key: string, text: string) => tls.found.error('tls-settings-invalid', 'webhook', tls.keyAt(key), text);
  const unsupported = [
    ...['subjectAltNames', 'credentialNames', 'tlsCertificates'].filter((key) => (tls.count(key) ?? 0) > 0),
    ...(tls.isSet('credentialName') ? ['credentialName'] : []),
    ...(tls.flag('httpsRedirect') === true ? ['httpsRedirect'] : []),
  ];
  for (const key of unsupported) wrong(key, `A sidecar's listener does not know \`${key}\`.`);
  const mode = tls.constant('mode');
  if (mode === 'ISTIO_MUTUAL' || mode === 'AUTO_PASSTHROUGH') {
    tls.found.error(
      'tls-settings-invalid',
      'webhook',
      tls.at('mode'),
      `A sidecar's listener cannot have the mode \`${mode}\`.`,
    );
  }
  const protocol = port.constant('protocol');
  if (protocol !== undefined && !isTls(protocol) && (protocol === '' || isProtocol(protocol))) {
    const text = `A listener for ${protocol === '' ? 'no protocol' : quoted(protocol)} cannot have \`tls\`. Use the protocol TLS or HTTPS.`;
    tls.found.error('tls-settings-invalid', 'webhook', listener.keyAt('tls'), text);
  }
  checkServerTls(tls);
}

function checkEgress(spec: View): void {
  const listeners = spec.objects('egress');
  const numbers = new Map<number, View>();
  const sockets = new Set<string>();
  const count = spec.count('egress') ?? listeners.length;
  for (const [index, listener] of listeners.entries()) {
    const { found } = listener;
    if (!listener.has('port') && index < count - 1 && listeners.length === count) {
      const again = listeners.slice(index + 1).every((each) => !each.has('port'));
      const text = again
        ? 'Only one listener can be without a `port`: it takes what the others leave.'
        : 'The listener without a `port` takes what the others leave: put it last.';
      found.error('sidecar-listener-invalid', 'webhook', listener.mark, text);
    }
    const port = listener.object('port');
    if (port) checkEgressPort(listener, port, numbers, sockets);
    if (listener.has('hosts') && listener.count('hosts') === 0) {
      found.error('field-required', 'webhook', listener.keyAt('hosts'), 'The listener has no host in `hosts`.');
    }
    for (const each of listener.items('hosts')) checkQualifiedHost(listener, each, 'sidecar');
  }
}

function checkEgressPort(listener: View, port: View, numbers: Map<number, View>, sockets: Set<string>): void {
  const { found } = listener;
  checkListenerPort(port);
  const number = port.number('number');
  const bind = listener.text('bind');
  if (number === undefined || bind === undefined) return;
  if (number !== 0) {
    if (!isPort(number)) outOfRange(port);
    checkAddressBind(listener);
    unique(port, numbers);
    return;
  }
  if (!bind.startsWith('unix://')) {
    const text = port.has('number')
      ? 'The port 0 stands for a socket: set `bind: unix:///PATH`, or a port.'
      : 'The port has no `number`; without one it stands for a socket in `bind`.';
    found.error('sidecar-listener-invalid', 'webhook', port.has('number') ? port.at('number') : port.mark, text);
  } else checkSocket(listener, listener.at('bind'), bind.slice(7));
  if (listener.constant('captureMode') === 'IPTABLES') {
    found.error(
      'sidecar-listener-invalid',
      'webhook',
      listener.at('captureMode'),
      'Calls to a socket are not captured: use `captureMode: NONE`.',
    );
  }
  if (sockets.has(bind))
    found.error('value-duplicated', 'webhook', listener.at('bind'), `Two listeners bind to ${quoted(bind)}.`);
  sockets.add(bind);
}

function checkPolicy(spec: View): void {
  const policy = spec.object('outboundTrafficPolicy');
  const proxy = policy?.object('egressProxy');
  if (!policy || !proxy) return;
  const { found } = policy;
  const mode = policy.constant('mode');
  if (mode === undefined) return;
  // Without a mode it is the first of the enum.
  if (mode !== 'ALLOW_ANY') {
    const text = '`egressProxy` takes what nothing declares, which needs `mode: ALLOW_ANY`.';
    found.error('fields-conflict', 'webhook', policy.keyAt('egressProxy'), text);
    return;
  }
  const host = proxy.text('host');
  const problem = host === undefined || !proxy.has('host') ? undefined : fqdnProblem(host);
  if (problem !== undefined)
    found.error('host-invalid', 'webhook', proxy.at('host'), hostText('The host', host ?? '', problem));
  if (!proxy.has('port')) {
    found.error('field-required', 'webhook', proxy.mark, '`egressProxy` has no `port`.');
    return;
  }
  checkDestination(proxy);
}

/** What istiod's webhook says of a Gateway (`ValidateGateway`). */
import { isIpAddress } from './addresses.ts';
import { isDnsLabel, isPartialWildcard, isPort, quoted, wildcardDomainProblem } from './names.ts';
import { checkBind, checkProtocol, hostText, isHttp, isProtocol, isTls } from './parts.ts';
import { checkServerTls, modeOf } from './server-tls.ts';
import type { Item, View } from './view.ts';

export function checkGateway(spec: View, name: Item | undefined): void {
  const { found } = spec;
  if (name?.value !== undefined && !isDnsLabel(name.value)) {
    const text = `A Gateway cannot be called ${quoted(name.value)}: letters, digits and dashes inside, 63 at most.`;
    found.error('name-invalid', 'webhook', name.range, text);
  }
  if (spec.count('servers') === 0) {
    found.error('field-required', 'webhook', spec.keyAt('servers'), 'The Gateway has no server in `servers`.');
  }
  const names = new Map<string, View>();
  for (const server of spec.objects('servers')) {
    checkServer(server);
    const port = server.object('port');
    const protocol = port?.constant('protocol');
    const tls = server.object('tls');
    if (protocol !== undefined && !isHttp(protocol) && tls?.flag('httpsRedirect') === true) {
      found.warning('setting-ignored', tls.keyAt('httpsRedirect'), '`httpsRedirect` works on servers for HTTP only.');
    }
    const portName = port?.text('name');
    if (!port || portName === undefined || portName === '') continue;
    const first = names.get(portName);
    if (first) {
      const text = `Two servers have a port called ${quoted(portName)}. Give each its own name.`;
      found.error('value-duplicated', 'webhook', port.at('name'), text, {
        related: [{ range: first.at('name'), text: 'The first one.' }],
      });
    } else names.set(portName, port);
  }
}

function checkServer(server: View): void {
  const { found } = server;
  if (server.count('hosts') === 0 && server.has('hosts')) {
    found.error('field-required', 'webhook', server.keyAt('hosts'), 'The server has no host in `hosts`.');
  }
  for (const each of server.items('hosts')) checkQualifiedHost(server, each, 'gateway');
  const port = server.object('port');
  const right = port !== undefined && checkPort(server, port);
  checkBind(server, 'bind');
  const tls = server.object('tls');
  if (tls) checkServerTls(tls);
  if (right) checkProtocolAndTls(server, port, tls);
}

function checkPort(server: View, port: View): boolean {
  const { found } = port;
  let right = checkProtocol(port, 'wrong');
  const bind = server.text('bind');
  const isSocket = bind?.startsWith('unix://') ?? false;
  const number = port.number('number');
  if (number !== undefined && bind !== undefined && !(isSocket && number === 0)) {
    if (isSocket)
      found.error('value-out-of-range', 'webhook', port.at('number'), 'With a socket the port number must be 0.');
    if (!isPort(number)) {
      if (!isSocket)
        found.error('value-out-of-range', 'webhook', port.at('number'), `Port ${number} is not between 1 and 65535.`);
      right = false;
    }
  }
  if ((port.number('targetPort') ?? 0) > 0) {
    const fixes = [
      {
        title: 'Remove targetPort',
        preferred: true,
        repairs: [{ kind: 'remove-key' as const, range: port.node.range, key: 'targetPort' }],
      },
    ];
    found.error(
      'fields-conflict',
      'webhook',
      port.keyAt('targetPort'),
      '`targetPort` has no place in a Gateway: the Service of its pods has one. Remove it.',
      { fixes },
    );
    right = false;
  }
  if (port.has('name') && port.text('name') === '') {
    found.error('name-invalid', 'webhook', port.at('name'), 'The name of the port is empty.');
    right = false;
  }
  return right;
}

function checkProtocolAndTls(server: View, port: View, tls: View | undefined): void {
  const { found } = server;
  const protocol = port.constant('protocol');
  if (protocol === undefined || !isProtocol(protocol)) return;
  const written = quoted(protocol);
  if (isTls(protocol)) {
    if (!server.has('tls')) {
      found.error(
        'tls-settings-invalid',
        'webhook',
        port.at('protocol'),
        `A server for ${written} needs \`tls\`: \`mode: PASSTHROUGH\`, or a mode with a certificate.`,
      );
    }
    return;
  }
  if (!isHttp(protocol)) {
    if (!server.has('tls')) return;
    found.error(
      'tls-settings-invalid',
      'webhook',
      server.keyAt('tls'),
      `A server for ${written} cannot have \`tls\`. Use the protocol TLS or HTTPS, or remove \`tls\`.`,
    );
    return;
  }
  if (!tls) return;
  const mode = modeOf(tls);
  if (mode === undefined) return;
  const ends = mode !== 'PASSTHROUGH' && mode !== 'AUTO_PASSTHROUGH';
  const certificate = ['caCertificates', 'privateKey', 'serverCertificate'].find((key) => tls.isSet(key));
  if (!ends && certificate === undefined) return;
  const range = ends ? tls.at('mode') : tls.keyAt(certificate ?? 'mode');
  found.error(
    'tls-settings-invalid',
    'webhook',
    range,
    `A server for ${written} takes plain text: of \`tls\` only \`httpsRedirect\` can be there. Use HTTPS, or remove it.`,
  );
}

/** A host, with the namespace of what it is for before a slash: a Gateway's may leave that out. */
export function checkQualifiedHost({ found }: View, { value, range }: Item, kind: 'gateway' | 'sidecar'): void {
  if (value === undefined) return;
  const slash = value.indexOf('/');
  const wrong = (text: string) => found.error('host-invalid', 'webhook', range, text);
  if (slash < 0 && kind === 'sidecar') {
    const meant = value === '*' ? '*/*' : undefined;
    const fixes =
      meant === undefined
        ? []
        : [{ title: `Use ${meant}`, preferred: true, repairs: [{ kind: 'replace' as const, range, value: meant }] }];
    const text = `${quoted(value)} has no namespace. Write \`namespace/host\`: \`./…\` is the own namespace, \`*/…\` any.`;
    found.error('host-invalid', 'webhook', range, text, { fixes });
    return;
  }
  const owner = value.slice(0, Math.max(slash, 0));
  const host = value.slice(slash + 1);
  if (slash >= 0 && (owner === '' || host === '')) {
    wrong(`${quoted(value)} lacks the namespace or the host: write \`namespace/host\`.`);
    return;
  }
  const bare = kind === 'sidecar' && owner.startsWith('~') ? owner.slice(1) : owner;
  if (slash >= 0 && bare !== '*' && bare !== '.' && !isDnsLabel(bare) && !(bare === '' && kind === 'sidecar')) {
    wrong(`${quoted(owner)} is no namespace, \`.\` or \`*\`.`);
    return;
  }
  if (host === '*') return;
  if (kind === 'gateway' && isIpAddress(host) && host.includes('.')) return;
  if (!host.includes('.')) {
    wrong(`The host ${quoted(host)} is a short name; here it must be a full one, with dots.`);
    return;
  }
  const problem = wildcardDomainProblem(host);
  if (problem !== undefined && !(kind === 'gateway' && isIpAddress(host))) wrong(hostText('The host', host, problem));
  else if (isPartialWildcard(host))
    wrong(`The wildcard ${quoted(host)} covers a part of a label; only \`*\` and \`*.\` before a name are taken.`);
}

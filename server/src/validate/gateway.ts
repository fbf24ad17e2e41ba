/** `ValidateGateway` in `pkg/config/validation/validation.go`, and the schema's required fields. */
import type { Gateway, GatewayServer, ServerTls } from '../manifest/types.ts';
import { isIpAddress } from '../mesh/hosts.ts';
import { isDnsLabel, partialWildcardProblem, portProblem, wildcardDomainProblem } from './names.ts';
import { check, type Rejection, when } from './rejection.ts';

const PROTOCOLS = /^(?:tcp|udp|grpc|grpc-web|http|http_proxy|http2|https|tls|mongo|redis|mysql)$/i;
const HTTP = /^(?:http|http2|http_proxy|grpc|grpc-web)$/i;
const TLS = /^(?:https|tls)$/i;
const MODES: readonly string[] = [
  'PASSTHROUGH',
  'SIMPLE',
  'MUTUAL',
  'AUTO_PASSTHROUGH',
  'ISTIO_MUTUAL',
  'OPTIONAL_MUTUAL',
];

export function gatewayRejections({ name, servers }: Gateway): readonly Rejection[] {
  const portNames = new Set<string>();
  return [
    ...check(name, (value) => (isDnsLabel(value) ? undefined : `invalid gateway name: "${value}"`)),
    ...when((servers?.items.length ?? 0) === 0, name.range, 'gateway must have at least one server'),
    ...(servers?.items ?? []).flatMap((server) => {
      const portName = server.port?.name?.value;
      const duplicate = portName !== undefined && portNames.has(portName);
      if (portName !== undefined) portNames.add(portName);
      return [
        ...when(duplicate, server.range, `port names in servers must be unique: duplicate name ${portName ?? ''}`),
        ...serverRejections(server),
      ];
    }),
  ];
}

function serverRejections(server: GatewayServer): readonly Rejection[] {
  const { range, hosts, port, bind, tls } = server;
  const port_ = portRejections(server);
  return [
    ...when((hosts?.items.length ?? 0) === 0, range, 'server config must contain at least one host'),
    ...(hosts?.items ?? []).flatMap((each) => check(each, hostProblem)),
    ...when(!port, range, 'port is required'),
    ...port_,
    ...check(bind, (value) =>
      value === '' || value.startsWith('unix://') || isIpAddress(value) ? undefined : `${value} is not a valid IP`,
    ),
    ...(port_.length === 0 ? protocolRejections(server) : []),
    ...(tls ? tlsRejections(tls) : []),
  ];
}

function portRejections({ port, bind }: GatewayServer): readonly Rejection[] {
  if (!port) return [];
  const socket = bind?.value?.startsWith('unix://') ?? false;
  return [
    ...when(!port.number, port.range, 'port number is required'),
    ...check(port.number, (value) => {
      if (socket) return value === 0 ? undefined : 'port number must be 0 for unix domain socket';
      return portProblem(value);
    }),
    ...when(!port.protocol, port.range, 'port protocol is required'),
    ...check(port.protocol, (value) => (PROTOCOLS.test(value) ? undefined : `invalid protocol "${value}"`)),
    ...when(!port.name, port.range, 'port name must be set'),
    ...check(port.name, (value) => (value === '' ? 'port name must be set' : undefined)),
    ...check(port.targetPort, (value) => (value > 0 ? 'targetPort has no impact on Gateways' : undefined)),
  ];
}

/** Whether a protocol and TLS settings go together. */
function protocolRejections({ range, port, tls }: GatewayServer): readonly Rejection[] {
  const protocol = port?.protocol?.value;
  if (protocol === undefined) return [];
  if (TLS.test(protocol)) return when(!tls, range, 'server must have TLS settings for HTTPS/TLS protocols');
  if (!HTTP.test(protocol)) return when(tls, range, 'server cannot have TLS settings for non HTTPS/TLS ports');
  if (!tls || (tls.mode && tls.mode.value === undefined)) return [];
  const mode = tls.mode?.value ?? 'PASSTHROUGH';
  const redirectOnly =
    (mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH') &&
    !tls.caCertificates &&
    !tls.privateKey &&
    !tls.serverCertificate;
  return when(!redirectOnly, tls.range, 'server cannot have TLS settings for plain text HTTP ports');
}

function tlsRejections(tls: ServerTls): readonly Rejection[] {
  const { range, mode, credentialName, serverCertificate, privateKey, caCertificates } = tls;
  const wrongMode = check(mode, (value) => (MODES.includes(value) ? undefined : `Unsupported value: "${value}"`));
  const value = mode?.value;
  const set = (field: typeof credentialName) => field !== undefined && field.value !== '';
  if (value === 'ISTIO_MUTUAL')
    return [
      ...when(set(serverCertificate), range, 'ISTIO_MUTUAL TLS cannot have associated server certificate'),
      ...when(set(privateKey), range, 'ISTIO_MUTUAL TLS cannot have associated private key'),
      ...when(set(caCertificates), range, 'ISTIO_MUTUAL TLS cannot have associated CA bundle'),
      ...when(set(credentialName), range, 'ISTIO_MUTUAL TLS cannot have associated credentialName'),
    ];
  const own = value === 'SIMPLE' || value === 'MUTUAL' || value === 'OPTIONAL_MUTUAL';
  if (!own || set(credentialName)) return wrongMode;
  return [
    ...when(value !== 'SIMPLE' && !set(caCertificates), range, 'MUTUAL TLS requires a client CA bundle'),
    ...when(!set(serverCertificate), range, `${value} TLS requires a server certificate`),
    ...when(!set(privateKey), range, `${value} TLS requires a private key`),
  ];
}

/** A host, or `namespace/host`. */
function hostProblem(written: string): string | undefined {
  const slash = written.indexOf('/');
  const owner = slash < 0 ? undefined : written.slice(0, slash);
  const host = written.slice(slash + 1);
  if (owner === '' || (owner !== undefined && host === ''))
    return 'config namespace and dnsName in host entry cannot be empty';
  if (owner !== undefined && owner !== '*' && owner !== '.' && !isDnsLabel(owner))
    return `invalid namespace value "${owner}" in gateway`;
  if (host !== '*' && !host.includes('.')) return 'short names (non FQDN) are not allowed';
  const problem = wildcardDomainProblem(host);
  if (problem && !isIpAddress(host)) return problem;
  return partialWildcardProblem(host);
}

/** Port protocols (`pkg/config/protocol/instance.go`, `pkg/config/kube/conversion.go`). */

export type Protocol =
  | 'HTTP'
  | 'HTTP2'
  | 'HTTP_PROXY'
  | 'GRPC'
  | 'GRPC-Web'
  | 'TCP'
  | 'HTTPS'
  | 'TLS'
  | 'Mongo'
  | 'Redis'
  | 'MySQL'
  | 'UDP'
  /** Not named, or not known: Envoy looks at the first bytes. */
  | 'sniffed';

const BY_NAME: Readonly<Record<string, Protocol>> = {
  tcp: 'TCP',
  udp: 'UDP',
  grpc: 'GRPC',
  'grpc-web': 'GRPC-Web',
  http: 'HTTP',
  http_proxy: 'HTTP_PROXY',
  http2: 'HTTP2',
  https: 'HTTPS',
  tls: 'TLS',
  mongo: 'Mongo',
  redis: 'Redis',
  mysql: 'MySQL',
};

const BY_APP_PROTOCOL: Readonly<Record<string, Protocol>> = {
  'kubernetes.io/h2c': 'HTTP2',
  'kubernetes.io/ws': 'HTTP',
  'kubernetes.io/wss': 'HTTPS',
};

/** Ports that servers open the conversation on: sniffing would break them. */
const SERVER_FIRST_PORTS: readonly number[] = [25, 53, 3306, 27017];

/** What a written protocol means; case does not count. */
export function parseProtocol(written: string | undefined): Protocol {
  return BY_NAME[(written ?? '').toLowerCase()] ?? 'sniffed';
}

/** The protocol of a Kubernetes Service's port: by `appProtocol`, else by the port's name up to the first `-`. */
export function servicePortProtocol(port: {
  readonly number: number;
  readonly name: string;
  readonly protocol: string | undefined;
  readonly appProtocol: string | undefined;
}): Protocol {
  if (port.protocol === 'UDP') return 'UDP';
  const known = port.appProtocol === undefined ? undefined : BY_APP_PROTOCOL[port.appProtocol];
  if (known) return known;
  const name = port.appProtocol ?? port.name;
  if (name.slice(0, 8).toLowerCase() === 'grpc-web') return 'GRPC-Web';
  const dash = name.indexOf('-');
  const parsed = parseProtocol(dash >= 0 ? name.slice(0, dash) : name);
  return parsed === 'sniffed' && SERVER_FIRST_PORTS.includes(port.number) ? 'TCP' : parsed;
}

export function isHttp(protocol: Protocol): boolean {
  return (
    protocol === 'HTTP' ||
    protocol === 'HTTP2' ||
    protocol === 'HTTP_PROXY' ||
    protocol === 'GRPC' ||
    protocol === 'GRPC-Web'
  );
}

export function isHttpOrSniffed(protocol: Protocol): boolean {
  return protocol === 'sniffed' || isHttp(protocol);
}

export function isTls(protocol: Protocol): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS';
}

export function isTcp(protocol: Protocol): boolean {
  return protocol === 'TCP' || isTls(protocol) || protocol === 'Mongo' || protocol === 'Redis' || protocol === 'MySQL';
}

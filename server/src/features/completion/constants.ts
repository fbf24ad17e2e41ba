/**
 * Constants, with a line on what each does: protocols, TLS modes, resolutions, locations and outbound policies. What is usual beside what is
 * written already goes first. Sources: the reference pages of istio.io, and `docs/semantics.md`.
 */
import { resolveShortHost, serviceOfHost } from '../../mesh/hosts.ts';
import { parseProtocol } from '../../mesh/protocol.ts';
import { type Candidate, type Offer, offer } from './candidate.ts';
import { type Scene, textIn } from './scene.ts';

type Words = Readonly<Record<string, string>>;

const PROTOCOLS: Words = {
  HTTP: 'plain HTTP/1.1: http rules',
  HTTPS: 'TLS: passed through it takes tls rules, ended at a gateway http rules',
  TLS: 'TLS: passed through it takes tls rules, ended at a gateway tcp rules',
  TCP: 'bytes as they are: tcp rules',
  HTTP2: 'HTTP/2 without TLS: http rules',
  GRPC: 'gRPC, which is HTTP/2: http rules',
  'GRPC-WEB': 'gRPC-Web over HTTP/1.1: http rules',
  MONGO: 'MongoDB: tcp rules, with metrics of its own',
  MYSQL: 'MySQL: tcp rules, with metrics of its own where switched on',
  REDIS: 'Redis: tcp rules, with a proxy of its own where switched on',
};

/** Those that end TLS say so; what they take then is the protocol's to say. */
const SERVER_MODES: Words = {
  PASSTHROUGH: 'lets TLS through by its server name, without a certificate: tls rules',
  ISTIO_MUTUAL: "ends the mesh's own mutual TLS from sidecars",
  SIMPLE: 'ends TLS with its own certificate',
  MUTUAL: "ends TLS and asks for the client's certificate",
  OPTIONAL_MUTUAL: "ends TLS and takes the client's certificate if it sends one",
  AUTO_PASSTHROUGH: 'for services of the mesh by their names in SNI: takes no rules',
};

const CLIENT_MODES: Words = {
  DISABLE: 'sends as it is, without TLS of its own',
  SIMPLE: "adds TLS, and checks the server's certificate",
  MUTUAL: 'adds TLS with a client certificate that is named here',
  ISTIO_MUTUAL: "adds the mesh's mutual TLS: to gateways and workloads, never to the outside",
};

const RESOLUTIONS: Words = {
  DNS: 'the proxy asks DNS for the host, or for the names of its endpoints',
  STATIC: 'the addresses in endpoints',
  NONE: 'to where the client dialled: a gateway has no address then',
  DNS_ROUND_ROBIN: 'as DNS, one address at a time: for names whose addresses change often',
  DYNAMIC_DNS: 'wildcard hosts, by the name of each request',
};

const LOCATIONS: Words = {
  MESH_EXTERNAL: 'outside of the mesh: no mutual TLS of the mesh',
  MESH_INTERNAL: 'a part of the mesh, such as a virtual machine',
};

const OUTBOUND_MODES: Words = {
  REGISTRY_ONLY: 'calls to hosts that nothing declares are refused',
  ALLOW_ANY: 'calls to hosts that nothing declares go straight out',
};

export function resolutions(scene: Scene): Offer {
  const { resource } = scene.object;
  const hosts = resource.kind === 'ServiceEntry' ? (resource.hosts?.items ?? []) : [];
  const first = hosts.some(({ value }) => value?.startsWith('*')) ? ['NONE', 'DYNAMIC_DNS'] : [];
  return words(RESOLUTIONS, first);
}

export function locations(): Offer {
  return words(LOCATIONS, []);
}

export function outboundModes(): Offer {
  return words(OUTBOUND_MODES, []);
}

/** By the number that stands beside it. */
export function protocols(scene: Scene): Offer {
  const holder = scene.around.get(scene.at.slice(0, scene.at.lastIndexOf('.')));
  const number = Number(textIn(holder, 'number'));
  const first = number === 443 || number === 8443 ? ['TLS', 'HTTPS'] : number === 80 || number === 8080 ? ['HTTP'] : [];
  const tcp = Number.isInteger(number) && number > 0 && first.length === 0 ? ['TCP', 'TLS'] : first;
  return words(PROTOCOLS, tcp);
}

/** By the protocol of the server. */
export function serverModes(scene: Scene): Offer {
  const port = scene.around.get('spec.servers[]')?.entries.find(({ key }) => key.text === 'port')?.value;
  const written = port?.kind === 'mapping' ? textIn(port, 'protocol') : undefined;
  const protocol = written === undefined ? undefined : parseProtocol(written);
  const ended =
    protocol === 'HTTPS' ? 'http rules' : protocol === 'TLS' ? 'tcp rules' : 'http rules for HTTPS, tcp rules for TLS';
  const told = Object.entries(SERVER_MODES).map(([mode, line]) => [
    mode,
    line.includes(':') ? line : `${line}: ${ended}`,
  ]);
  return words(Object.fromEntries(told), protocol === 'HTTPS' ? ['ISTIO_MUTUAL', 'SIMPLE', 'MUTUAL'] : []);
}

/** To a Service of the cluster, mutual TLS of the mesh; to the outside, TLS that everybody speaks. */
export function clientModes({ object, reader }: Scene): Offer {
  const { resource, namespace } = object;
  const host = resource.kind === 'DestinationRule' ? resource.host?.value : undefined;
  const full =
    host === undefined ? undefined : (resolveShortHost(host, namespace, reader.settings.clusterDomain) ?? host);
  const isService = full !== undefined && (!full.includes('.') || serviceOfHost(full, reader.settings.clusterDomain));
  return words(CLIENT_MODES, isService ? ['ISTIO_MUTUAL'] : ['SIMPLE', 'MUTUAL']);
}

function words(table: Words, first: readonly string[]): Offer {
  return offer(
    Object.entries(table).map(([value, detail], index): Candidate => {
      const place = first.indexOf(value);
      return { value, kind: 'constant', detail, rank: place < 0 ? first.length + index : place };
    }),
  );
}

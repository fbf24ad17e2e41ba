/** The calls that a workspace is about: hosts and ports that its YAML declares or routes, from the namespaces that call. */
import type { K8sRoute, ServiceEntry, VirtualService } from '../manifest/types.ts';
import { isWildcard, resolveShortHost, serviceOfHost } from '../mesh/hosts.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { isHttp, isTls, parseProtocol } from '../mesh/protocol.ts';
import { parentOf } from '../mesh/route-references.ts';
import type { Call, CallProtocol } from '../trace/types.ts';

/** A host and port that something in the workspace is written for. */
export interface Target {
  readonly host: string;
  /** The wildcard that the host is an example of; nobody wrote that host. */
  readonly under?: string;
  readonly port: number;
  readonly protocol: CallProtocol;
  /** The namespace of the resource that it comes from: the most likely to call. */
  readonly home: string;
}

/**
 * Every target once, in the order of hosts: those of routes first, since somebody gave thought to their way. A wildcard host stands for one under it
 * (`www.`); hosts of Services in the cluster are left out.
 */
export function callTargets(reader: MeshReader): readonly Target[] {
  const routed = [
    ...reader.all('VirtualService').flatMap((each) => targetsOfVirtualService(reader, each)),
    ...[...reader.all('HTTPRoute'), ...reader.all('TLSRoute')].flatMap((each) => targetsOfRoute(reader, each)),
  ];
  const declared = reader.all('ServiceEntry').flatMap(targetsOfServiceEntry);
  const hosts = new Set(routed.map((each) => each.host));
  const rank = ({ host }: Target) => (hosts.has(host) ? 0 : 1);
  const order = (a: Target, b: Target) =>
    rank(a) - rank(b) || (a.host < b.host ? -1 : a.host > b.host ? 1 : a.port - b.port);
  return unique([...routed, ...declared]).sort(order);
}

/** The targets of one VirtualService: what its hosts' ServiceEntries declare, else what its own rules match. */
export function targetsOfVirtualService(reader: MeshReader, object: MeshObject<VirtualService>): readonly Target[] {
  return targets(reader, object, (declared, matched) => (declared.length > 0 ? declared : matched));
}

/**
 * The targets of a route of Gateway API: the ports of its kind that its ServiceEntries declare, and those of its hostnames. A port that no ServiceEntry of them
 * declares in its kind counts as well: that is what the route was written for.
 */
export function targetsOfRoute(reader: MeshReader, { resource, namespace }: MeshObject<K8sRoute>): readonly Target[] {
  const fits = ({ protocol }: Target) =>
    resource.kind === 'HTTPRoute' ? protocol === 'http' : protocol === 'https' || protocol === 'tls';
  const ofParents = (resource.parentRefs?.items ?? []).flatMap((reference): readonly Target[] => {
    const parent = parentOf(reference, namespace);
    if (parent?.kind !== 'ServiceEntry') return [];
    const declared = reader.named('ServiceEntry', parent.namespace, parent.name).flatMap(targetsOfServiceEntry);
    const onPort = reference.port ? declared.filter((each) => each.port === reference.port?.value) : declared;
    return onPort.some(fits) ? onPort.filter(fits) : onPort;
  });
  const { clusterDomain } = reader.settings;
  const ofHostnames = (resource.hostnames?.items ?? []).flatMap(({ value }) => {
    if (value === undefined || serviceOfHost(value, clusterDomain)) return [];
    return reader
      .hosting('ServiceEntry', value)
      .flatMap(targetsOfServiceEntry)
      .filter((each) => each.host === concrete(value) && fits(each));
  });
  return unique([...ofParents, ...ofHostnames].map((each) => ({ ...each, home: namespace ?? '' })));
}

/** The same, and besides what its rules match where that is something else than what is declared. */
export function allTargetsOfVirtualService(reader: MeshReader, object: MeshObject<VirtualService>): readonly Target[] {
  return targets(reader, object, (declared, matched) => [
    ...declared,
    ...matched.filter((each) => !declared.some((other) => isSameKind(each, other) || isPlainBytes(each, other))),
  ]);
}

/** A `tcp` rule for a port that is declared as something else is hardly there for other calls: it is the leg of a gateway that ends TLS. */
function isPlainBytes({ host, port, protocol }: Target, declared: Target): boolean {
  return protocol === 'tcp' && host === declared.host && port === declared.port;
}

/** With and without HTTP inside is the same to a proxy that does not end TLS. */
function isSameKind(a: Target, b: Target): boolean {
  const isTls = ({ protocol }: Target) => protocol === 'https' || protocol === 'tls';
  return a.host === b.host && a.port === b.port && (a.protocol === b.protocol || (isTls(a) && isTls(b)));
}

function targets(
  reader: MeshReader,
  object: MeshObject<VirtualService>,
  choose: (declared: readonly Target[], matched: readonly Target[]) => readonly Target[],
): readonly Target[] {
  const { resource, namespace } = object;
  const { clusterDomain } = reader.settings;
  const hosts = (resource.hosts?.items ?? []).flatMap(({ value }) => value ?? []);
  return unique(
    hosts.flatMap((written): readonly Target[] => {
      const full = resolveShortHost(written, namespace, clusterDomain);
      if (full === undefined || written === '*' || serviceOfHost(full, clusterDomain)) return [];
      const home = namespace ?? '';
      const same = reader
        .hosting('ServiceEntry', written)
        .flatMap(targetsOfServiceEntry)
        .filter((each) => each.host === concrete(written));
      const more = below(reader, written);
      const declared = [...same, ...more].map((each) => ({ ...each, home }));
      // A wildcard over declared hosts is written for those, not for any other.
      const isForThose = same.length === 0 && isWildcard(written) && reader.under('ServiceEntry', written).length > 0;
      return choose(declared, isForThose ? [] : targetsOfRules(resource, written, home, declared));
    }),
  );
}

/** Of a wildcard with more hosts below it than these, some stand for all. */
const BELOW = 20;

/** What is declared below a wildcard, and has no VirtualService of its own. */
function below(reader: MeshReader, wildcard: string): readonly Target[] {
  if (!isWildcard(wildcard)) return [];
  const suffix = wildcard.slice(1).toLowerCase();
  return reader
    .under('ServiceEntry', wildcard)
    .slice(0, BELOW)
    .flatMap(targetsOfServiceEntry)
    .filter(({ host }) => host.endsWith(suffix) && reader.hosting('VirtualService', host).length === 0);
}

export function targetsOfServiceEntry({ resource, namespace: home = '' }: MeshObject<ServiceEntry>): readonly Target[] {
  return (resource.hosts?.items ?? []).flatMap(({ value }) => {
    if (value === undefined || value === '*') return [];
    return (resource.ports?.items ?? []).flatMap(({ number, protocol }): readonly Target[] => {
      const spoken = protocolOf(protocol?.value, number?.value);
      return number?.value === undefined || spoken === undefined
        ? []
        : [{ ...exampleOf(value), port: number.value, protocol: spoken, home }];
    });
  });
}

/** A host with one of these is called on the other as well, whatever port is declared for it. */
const WEB: readonly number[] = [80, 443];

/** Rules without a port are for the declared ports of their kind; where there is none, for the port that such calls usually have. */
function targetsOfRules(
  { http, tls, tcp }: VirtualService,
  written: string,
  home: string,
  declared: readonly Target[],
): readonly Target[] {
  const blocks = [
    { rules: http?.items ?? [], protocol: 'http', usual: 80 },
    { rules: tls?.items ?? [], protocol: 'https', usual: 443 },
    { rules: tcp?.items ?? [], protocol: 'tcp', usual: undefined },
  ] as const;
  return blocks.flatMap(({ rules, protocol, usual }) => {
    const matches = rules.flatMap((rule) => [...(rule.match?.items ?? [])]);
    const ofMesh = matches.filter((each) => each.gateways?.items.some(({ value }) => value === 'mesh') ?? true);
    const ports = ofMesh.flatMap((each) => each.port?.value ?? []);
    const isUsual =
      ports.length === 0 &&
      rules.length > 0 &&
      (!declared.some((each) => fits(each, protocol)) || declared.some((each) => WEB.includes(each.port)));
    const asked = isUsual && usual !== undefined ? [usual] : ports;
    return asked.map((port) => ({ ...exampleOf(written), port, protocol, home }));
  });
}

function fits({ protocol }: Target, wanted: CallProtocol): boolean {
  return (protocol === 'tls' ? 'https' : protocol) === wanted;
}

/** What an application sends to a port of this protocol; undefined for what no sidecar follows. */
function protocolOf(written: string | undefined, port: number | undefined): CallProtocol | undefined {
  const protocol = parseProtocol(written);
  if (protocol === 'UDP') return undefined;
  if (isHttp(protocol)) return 'http';
  if (isTls(protocol)) return protocol === 'HTTPS' || port === 443 ? 'https' : 'tls';
  if (protocol === 'sniffed') return port === 443 ? 'https' : port === 80 ? 'http' : 'tcp';
  // Whatever it is declared as, applications speak TLS on this port.
  return protocol === 'TCP' && port === 443 ? 'https' : 'tcp';
}

function exampleOf(written: string): Pick<Target, 'host' | 'under'> {
  return { host: concrete(written), ...(isWildcard(written) ? { under: written } : {}) };
}

function concrete(host: string): string {
  return (host.startsWith('*.') ? `www${host.slice(1)}` : host.replace(/^\*/, 'www')).toLowerCase();
}

function unique(targets: readonly Target[]): Target[] {
  const result = new Map<string, Target>();
  for (const each of targets) {
    const key = `${each.protocol}://${each.host}:${each.port}`;
    if (!result.has(key)) result.set(key, each);
  }
  return [...result.values()];
}

/** A target called from a namespace. */
export function callTo({ host, port, protocol }: Omit<Target, 'home'>, namespace: string): Call {
  return { from: { namespace }, host, port, protocol };
}

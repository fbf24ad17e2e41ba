/** Port numbers: of destinations, matches, servers, and the settings of DestinationRules. */
import type { GatewayServer } from '../../manifest/types.ts';
import { lookupDestination } from '../../mesh/destination-lookup.ts';
import { gatewayServices } from '../../mesh/gateway-services.ts';
import { resolveShortHost } from '../../mesh/hosts.ts';
import { destinationRulesFor } from '../../mesh/rules-for-host.ts';
import { serverHost, takesHost } from '../../mesh/server-hosts.ts';
import type { RouteRule } from '../../mesh/virtual-service-rules.ts';
import { isHttp, isHttpOrSniffed, isTls, parseProtocol, servicePortProtocol } from '../../mesh/protocol.ts';
import { type Candidate, type Offer, offer } from './candidate.ts';
import { type Acting, actingMatch, actingRule, egressServices, ownHosts } from './legs.ts';
import { aroundKey, ruleAround, type Scene, textIn } from './scene.ts';

type Block = RouteRule['block'];

interface KnownPort {
  readonly number: number;
  readonly name: string | undefined;
  /** As written, or as Istio takes it from the name; undefined where nothing tells. */
  readonly protocol: string | undefined;
}

/** The ports of the destination's host: that which the next proxy reads as this rule needs first. */
export function destinationPorts(scene: Scene): Offer {
  const host = textIn(aroundKey(scene, 'destination') ?? aroundKey(scene, 'mirror'), 'host');
  if (host === undefined) return offer([]);
  const full = resolveShortHost(host, scene.object.namespace, scene.reader.settings.clusterDomain);
  const acting = actingRule(scene);
  const { own, others } = egressServices(scene);
  const isGateway = [...own, ...others].some((each) => each.host === full);
  const block = ruleAround(scene)?.block ?? 'http';
  return offer(
    portsOf(scene, host).map((port) =>
      isGateway && acting.mesh
        ? throughServer(scene, acting, port)
        : toOutside(scene, { host: full ?? host, block, port }),
    ),
  );
}

/** The ports that calls come to: of the ServiceEntry at sidecars, of the servers at gateways. */
export function matchedPorts(scene: Scene): Offer {
  const acting = actingMatch(scene);
  const block = ruleAround(scene)?.block ?? 'http';
  const dialled = acting.mesh ? ownHosts(scene).flatMap((host) => portsOf(scene, host)) : [];
  const atSidecars = dialled.map((port): Candidate => {
    const fits = fitsSidecar(block, port.protocol);
    return candidateOf(port, fits ? 0 : 2, fits ? undefined : `sidecars look at no ${block} rules there`);
  });
  const atGateways = serversOf(scene, acting).map(({ server, port }): Candidate => {
    const read = blockReadBy(server);
    const fits = read === undefined || read === block;
    return candidateOf(port, fits ? 1 : 3, fits ? 'server of the gateway' : `the server takes ${read} rules`);
  });
  return offer([...atSidecars, ...atGateways]);
}

/** The ports of the Services that lead to the Gateway's pods; those that a server has already last. */
export function serverPorts(scene: Scene): Offer {
  const { object, reader } = scene;
  if (object.resource.kind !== 'Gateway') return offer([]);
  const taken = new Set((object.resource.servers?.items ?? []).flatMap(({ port }) => port?.number?.value ?? []));
  const candidates = gatewayServices(reader, { ...object, resource: object.resource }).flatMap((service) =>
    service.ports.map(({ number, name }): Candidate => {
      const detail = [name, `port of ${service.name}`].filter((each) => each !== '').join(', ');
      const names = service.source ? { names: service.source } : {};
      return { value: number, kind: 'port', detail, rank: taken.has(number) ? 1 : 0, ...names };
    }),
  );
  return offer(candidates);
}

/** The ports of the DestinationRule's host that have no settings yet. */
export function settingsPorts(scene: Scene): Offer {
  const { object } = scene;
  if (object.resource.kind !== 'DestinationRule') return offer([]);
  const host = object.resource.host?.value;
  if (host === undefined) return offer([]);
  const policies = [object.resource, ...(object.resource.subsets?.items ?? [])].flatMap(
    ({ trafficPolicy }) => trafficPolicy ?? [],
  );
  const policy = scene.around.get(scene.at.slice(0, scene.at.lastIndexOf('.portLevelSettings')));
  const written = policies.find(({ range }) => range.start === policy?.range.start)?.portLevelSettings?.items ?? [];
  const without = new Set(written.flatMap(({ port }) => (port?.value === undefined ? [] : String(port.value))));
  return offer(
    portsOf(scene, host).map((port) => candidateOf(port, 0)),
    { without },
  );
}

/**
 * The rules that a server takes (`pilot/pkg/networking/core/gateway.go`, `buildGatewayListeners`): HTTP and what it terminates of HTTPS `http`,
 * TLS that it lets through `tls`, everything else `tcp`. Undefined where its protocol is not known.
 */
export function blockReadBy({ port, tls }: GatewayServer): Block | undefined {
  const written = port?.protocol?.value;
  if (written === undefined) return undefined;
  const protocol = parseProtocol(written);
  if (isHttp(protocol)) return 'http';
  if (!isTls(protocol)) return 'tcp';
  const mode = tls?.mode?.value ?? 'PASSTHROUGH';
  if (mode === 'PASSTHROUGH') return 'tls';
  return protocol === 'HTTPS' ? 'http' : 'tcp';
}

function throughServer(scene: Scene, acting: Acting, port: KnownPort): Candidate {
  const gateways = acting.gateways.length > 0 ? acting : { ...acting, gateways: boundOf(scene) };
  const servers = serversOf(scene, gateways).filter((each) => each.port.number === port.number);
  const [server] = servers;
  if (!server)
    return candidateOf(port, 2, gateways.gateways.length === 0 ? undefined : 'no server of the gateway opens it');
  const protocol = server.port.protocol ?? '';
  const mode = server.server.tls?.mode?.value;
  return candidateOf(port, 0, ['server', protocol, mode].filter((each) => each).join(' '));
}

function boundOf(scene: Scene): Acting['gateways'] {
  const { object, ...rest } = scene;
  return object.resource.kind === 'VirtualService' ? actingRuleOfAll({ object, ...rest }) : [];
}

/** Every Gateway that the VirtualService is bound to, whichever rule this is. */
function actingRuleOfAll(scene: Scene): Acting['gateways'] {
  return actingRule({ ...scene, at: 'spec' }).gateways;
}

function toOutside(
  scene: Scene,
  { host, block, port }: { readonly host: string; readonly block: Block; readonly port: KnownPort },
): Candidate {
  const protocol = parseProtocol(port.protocol);
  const adds = addsTls(scene, host, port.number);
  if (block === 'http') {
    if (adds) return candidateOf(port, 0, 'a DestinationRule adds TLS');
    return isTls(protocol) ? candidateOf(port, 2, 'plain HTTP to a TLS port') : candidateOf(port, 1);
  }
  if (block === 'tls') return candidateOf(port, isTls(protocol) ? 0 : 2);
  return candidateOf(port, isHttp(protocol) ? 2 : adds ? 0 : 1);
}

/** Whether a DestinationRule has proxies add TLS on the way to this port. */
function addsTls({ reader }: Scene, host: string, port: number): boolean {
  return destinationRulesFor(reader, host).some(({ resource: { trafficPolicy } }) => {
    const own = trafficPolicy?.portLevelSettings?.items.find((each) => each.port?.value === port);
    const mode = (own ?? trafficPolicy)?.tls?.mode?.value;
    return mode === 'SIMPLE' || mode === 'MUTUAL';
  });
}

/** Sidecars look at `http` rules on HTTP and sniffed ports, at `tls` rules on HTTPS and TLS ports, at `tcp` rules on the others. */
function fitsSidecar(block: Block, written: string | undefined): boolean {
  const protocol = parseProtocol(written);
  if (block === 'http') return isHttpOrSniffed(protocol);
  if (block === 'tls') return isTls(protocol);
  return !isHttp(protocol) && !isTls(protocol);
}

/** The servers of these Gateways that take a host of the VirtualService; all of them where none does. */
function serversOf(scene: Scene, { gateways }: Acting) {
  const hosts = ownHosts(scene);
  const all = gateways.flatMap((gateway) =>
    (gateway.resource.servers?.items ?? []).flatMap((server) => {
      const number = server.port?.number?.value;
      const takes = (server.hosts?.items ?? []).some((field) => {
        const own = serverHost(field, gateway.namespace);
        return own !== undefined && hosts.some((host) => takesHost(own, host, scene.object.namespace));
      });
      if (number === undefined) return [];
      return {
        server,
        takes,
        port: { number, name: server.port?.name?.value, protocol: server.port?.protocol?.value },
      };
    }),
  );
  const taking = all.filter(({ takes }) => takes);
  return taking.length > 0 ? taking : all;
}

/** The ports of whatever has this host: a Service, ServiceEntries, a declared gateway. */
export function portsOf({ reader, object }: Scene, host: string): readonly KnownPort[] {
  const found = lookupDestination(reader, host, object.namespace, []);
  if (found.status !== 'found') return [];
  const ofServices = found.services.flatMap(({ resource }) =>
    (resource.ports?.items ?? []).flatMap(({ port, name, protocol, appProtocol }) => {
      const number = port?.value;
      if (number === undefined) return [];
      const read = servicePortProtocol({
        number,
        name: name?.value ?? '',
        protocol: protocol?.value,
        appProtocol: appProtocol?.value,
      });
      return { number, name: name?.value, protocol: read === 'sniffed' ? undefined : read };
    }),
  );
  const ofEntries = found.entries.flatMap(({ resource }) =>
    (resource.ports?.items ?? []).flatMap(({ number, name, protocol }) =>
      number?.value === undefined ? [] : { number: number.value, name: name?.value, protocol: protocol?.value },
    ),
  );
  const declared = (found.declared?.ports ?? []).map(({ port, name }) => ({
    number: port,
    name,
    protocol: undefined,
  }));
  return [...ofServices, ...ofEntries, ...declared];
}

function candidateOf({ number, name, protocol }: KnownPort, rank: number, note?: string): Candidate {
  const detail = [protocol ?? name, note].filter((each) => each).join(', ');
  return { value: number, kind: 'port', rank, ...(detail === '' ? {} : { detail }) };
}

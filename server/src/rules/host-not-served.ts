/** A host that a VirtualService routes at a gateway whose servers do not take it. */
import type { Field, Gateway, GatewayServer, VirtualService } from '../manifest/types.ts';
import { lookupGateway } from '../mesh/gateway-lookup.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { hostsOverlap } from '../mesh/hosts.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { isTypoOf } from '../mesh/near-miss.ts';
import { isHttp, parseProtocol } from '../mesh/protocol.ts';
import { type ServerHost, serverHosts, takesHost } from '../mesh/server-hosts.ts';
import { boundGateways, type RouteRule, rulesOf, rulesOnce } from '../mesh/virtual-service-rules.ts';
import type { Fix, Related } from './finding.ts';
import type { MeshRule, Report } from './rule.ts';
import { listedGateways } from './shared/gateway-uses.ts';
import { message, names, qualified } from './shared/message.ts';
import { gatewayWord, withoutRoute } from './shared/route-words.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'host-not-served',
  title: 'Host not served by the Gateway',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0132', 'KIA1103'],
  subject: 'VirtualService',
  accountsFor: ['no-route', 'no-virtual-host', 'no-listener', 'no-filter-chain'],
  *check(subject, mesh) {
    const bound = actingGateways(subject, mesh);
    if (!bound || bound.length === 0) return;
    const hosts = subject.resource.hosts?.items ?? [];
    const unserved = hosts.filter((host) => !isServed(subject, mesh, host.value, bound));
    // Where the gateway takes some of the hosts, the others may be there for the sidecars, or for another VirtualService's leg.
    const partly = unserved.length < hosts.length;
    for (const host of unserved) {
      if (host.value === undefined || isTold(subject, host)) continue;
      if (partly && listedGateways(subject).some((use) => use.key === MESH_GATEWAY)) continue;
      yield reportOn(subject, mesh, host, host.value, bound);
    }
  },
  page: {
    what: 'A VirtualService routes a host at a gateway, but no server of its Gateway takes that host.',
    why: 'A gateway serves the hosts that are both in the VirtualService and in a server of the Gateway. A wildcard `*.example.com` does not take `example.com` itself, and `namespace/host` takes a host only from VirtualServices of that namespace.',
    symptom: 'The gateway answers 404 for the host (HTTP), or closes the connection (TLS).',
    remedy: 'Add the host to the server of the Gateway that has the port, or correct the one that is misspelt.',
    bad: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-egress
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: ["*.example.com"]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: example
  namespace: istio-egress
spec:
  hosts: [example.com]
  gateways: [egress]
  http:
    - route:
        - destination: {host: example.com}
`,
    good: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-egress
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: ["*.example.com", "example.com"]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: example
  namespace: istio-egress
spec:
  hosts: [example.com]
  gateways: [egress]
  http:
    - route:
        - destination: {host: example.com}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/gateway/#Server',
      'istio/istio: pilot/pkg/networking/core/gateway.go',
    ],
  },
};

/** A host beside the server names of its rules is told by itself, as it is rejected for. */
function isTold({ resource }: MeshObject<VirtualService>, { range }: Field<string>): boolean {
  return (resource.problems ?? []).some(
    ({ code, range: at }) => code === 'sni-host-not-covered' && at.start === range.start,
  );
}

/** Whether a server reads what a rule is for, on the port that it asks for. */
function isForServer({ block, matches }: RouteRule, { port, tls }: GatewayServer): boolean {
  const protocol = parseProtocol(port?.protocol?.value);
  const passes = tls?.mode?.value === 'PASSTHROUGH';
  const reads = block === 'http' ? isHttp(protocol) || (protocol === 'HTTPS' && !passes) : !isHttp(protocol);
  if (!reads || (block === 'tls' && !passes)) return false;
  const asked = matches.filter(({ gateways }) => gateways).flatMap((each) => each.port?.value ?? []);
  return asked.length === 0 || asked.some((each) => each === port?.number?.value);
}

interface Bound {
  readonly gateway: MeshObject<Gateway>;
  readonly hosts: readonly ServerHost[];
}

/** The Gateways that a rule acts for; undefined where one of them, or a host of one, is not known. */
function actingGateways(subject: MeshObject<VirtualService>, mesh: MeshReader): readonly Bound[] | undefined {
  const listed = boundGateways(subject);
  const acting = new Set(
    rulesOnce(mesh, subject)
      .flatMap((rule) => [...rule.gateways])
      .filter((each) => listed.has(each)),
  );
  const result: Bound[] = [];
  for (const use of listedGateways(subject)) {
    if (use.key === MESH_GATEWAY || !acting.has(use.key)) continue;
    const lookup = lookupGateway(mesh, use.gateway, subject.namespace);
    if (lookup.status !== 'found') return undefined;
    const hosts = serverHosts(lookup.gateway);
    if (!hosts || isAmbiguous(lookup.gateway, mesh)) return undefined;
    result.push({ gateway: lookup.gateway, hosts });
  }
  return result;
}

function isServed(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  host: string | undefined,
  bound: readonly Bound[],
): boolean {
  if (host === undefined) return true;
  if (bound.some(({ hosts }) => hosts.some((each) => takesHost(each, host, subject.namespace)))) return true;
  // Another VirtualService may bring the host to a gateway: then this one lists it for the sidecars alone.
  return mesh
    .hosting('VirtualService', host)
    .some((other) => other !== subject && [...boundGateways(other)].some((gateway) => gateway !== MESH_GATEWAY));
}

function reportOn(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  host: Field<string>,
  value: string,
  bound: readonly Bound[],
): Report {
  const all = bound.flatMap((each) => each.hosts);
  const [first] = bound;
  const gateway = names(bound.map((each) => qualified(each.gateway.namespace, each.gateway.resource.name.value ?? '')));
  const symptom = `${withoutRoute(subject, '')} at the ${gatewayWord(subject, mesh)}`;
  const foreign = all.find((each) => hostsOverlap(each.host, value));
  const cause = foreign
    ? `Gateway ${gateway} takes \`${value}\` only from VirtualServices in \`${foreign.namespace}\`.`
    : `no server of Gateway ${gateway} takes \`${value}\`${all.length > 0 ? ` (it takes ${names(all.map((each) => each.host))})` : ''}.`;
  const meant = foreign ? undefined : meantHost(subject, mesh, value, all);
  const typo = all.find((each) => isTypoOf(each.host, value) || isTypoOf(value, each.host));
  const remedy =
    meant !== undefined
      ? `Use \`${meant}\`, which its rules send to.`
      : typo
        ? 'Is one of them misspelt?'
        : foreign
          ? 'Move one of them, or add it.'
          : 'Add it to the server.';
  const related: readonly Related[] = bound.map((each) => ({
    path: each.gateway.path,
    range: (each.gateway.resource.servers?.items[0]?.hosts ?? each.gateway.resource.name).range,
    message: 'The hosts that this Gateway takes.',
  }));
  return {
    range: host.range,
    severity: sure(mesh, 'error'),
    message: message(`${symptom}: ${cause}`, '', remedy),
    related,
    fixes:
      meant !== undefined
        ? useHost(subject, host, meant)
        : first && bound.length === 1
          ? addToServer(subject, first.gateway, value)
          : [],
  };
}

/** A host that the rules send to, that is declared and served, and nearly the name of this one, which nothing declares. */
function meantHost(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  written: string,
  served: readonly ServerHost[],
): string | undefined {
  const isDeclared = (host: string) => mesh.covering('ServiceEntry', host).length > 0;
  if (isDeclared(written)) return undefined;
  const sentTo = new Set(
    rulesOf(subject).flatMap(({ destinations }) => destinations.flatMap((each) => each.destination?.host?.value ?? [])),
  );
  const hosts = new Set(served.flatMap(({ host }) => (sentTo.has(host) && isDeclared(host) ? [host] : [])));
  const near = [...hosts].filter(
    (each) => isTypoOf(written, each) || written.endsWith(`.${each}`) || each.endsWith(`.${written}`),
  );
  return near.length === 1 ? near[0] : undefined;
}

function useHost({ path, context }: MeshObject, { range }: Field<string>, host: string): readonly Fix[] {
  if (context) return [];
  return [
    {
      title: `Use ${host}`,
      preferred: true,
      safety: 'review',
      edits: [{ path, edit: { kind: 'replace-scalar', range, value: host } }],
    },
  ];
}

/** Possible where it is clear which server is meant: the only one, which is for such rules. It opens a host, so it is for a reader to decide. */
function addToServer(subject: MeshObject<VirtualService>, gateway: MeshObject<Gateway>, host: string): readonly Fix[] {
  const servers = gateway.resource.servers?.items ?? [];
  const [server] = servers;
  const hosts = server?.hosts;
  if (!hosts || servers.length !== 1 || gateway.context) return [];
  const rules = rulesOf(subject).filter((each) => [...each.gateways].some((name) => name !== MESH_GATEWAY));
  if (!rules.some((each) => isForServer(each, server))) return [];
  const name = gateway.resource.name.value ?? '';
  return [
    {
      title: `Add ${host} to the hosts of Gateway ${name}`,
      preferred: true,
      safety: 'review',
      edits: [{ path: gateway.path, edit: { kind: 'append-item', range: hosts.range, value: host } }],
    },
  ];
}

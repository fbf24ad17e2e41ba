/** What a trace would need to know more: an end that fails only because of what is not in the workspace is no failure. */
import type { Gateway, K8sGateway, Kind, VirtualService } from '../manifest/types.ts';
import { lookupDestination } from '../mesh/destination-lookup.ts';
import { lookupGateway } from '../mesh/gateway-lookup.ts';
import { gatewayKey, MESH_GATEWAY, resolveGatewayName } from '../mesh/gateway-names.ts';
import { serviceOfHost } from '../mesh/hosts.ts';
import { isComplete, mayBeTemplated } from '../mesh/knowledge.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { apiRoutesFor, isApiRoute, parentGateways } from '../mesh/route-rules.ts';
import { boundGateways } from '../mesh/virtual-service-rules.ts';
import { parseClusterName } from '../trace/cluster-names.ts';
import { gatewayOf } from './proxies.ts';
import { mergedGateways } from '../trace/placed-servers.ts';
import type { GatewayPod, Plane } from '../trace/plane.ts';
import { gatewayPodNamed, podsBehind } from '../trace/pods.ts';
import { servicesOfHost } from '../trace/registry.ts';
import type { Call } from '../trace/types.ts';
import type { Ending } from './endings.ts';
import type { MeantWay } from './meant-way.ts';
import { virtualServicesFor } from './relevant.ts';
import { unknownsOf } from './unknowns.ts';

const DECIDING: readonly Kind[] = ['VirtualService', 'Gateway', 'ServiceEntry', 'DestinationRule'];

/**
 * What would have to be here to tell whether a failing end is real; empty where the failure is certain.
 *
 * @param ending one that fails, and that no finding explains
 * @param deciding kinds that could put it right if one more of them were there
 */
export function needsOf(
  plane: Plane,
  call: Call,
  ending: Ending,
  deciding: readonly Kind[] = DECIDING,
): readonly string[] {
  const { reader } = plane;
  if (ending.kind === 'dynamic-dns') return ['what DNS answers to the proxy for each host'];
  const unknown = unknownsOf(plane, call, ending);
  if (unknown.length > 0) return unknown;
  if (isComplete(reader.settings, undefined)) return [];
  const named = ownNeeds(plane, call, ending);
  if (named.length > 0) return named;
  const { openBy } = reader.mesh;
  if (openBy !== undefined && deciding.length > 0) return [`what else is applied with these files: ${openBy}`];
  const templated = deciding.filter((kind) => mayBeTemplated(reader, kind));
  return templated.map((kind) => `the values of templates that may make a ${kind}`);
}

function ownNeeds(plane: Plane, call: Call, ending: Ending): readonly string[] {
  switch (ending.kind) {
    case 'no-cluster':
      return clusterNeeds(plane, ending);
    case 'no-endpoints':
      return endpointNeeds(plane, ending);
    case 'no-route':
    case 'no-virtual-host':
    case 'no-listener':
      return gatewayNeeds(plane, call, ending);
    case 'no-filter-chain':
      return [...gatewayNeeds(plane, call, ending), ...hopNeeds(plane, ending)];
    case 'tls-error':
    case 'mtls-error':
      return hopNeeds(plane, ending);
    default:
      return [];
  }
}

function clusterNeeds(plane: Plane, { cluster }: Ending): readonly string[] {
  const name = parseClusterName(cluster?.name ?? '');
  if (!name) return [];
  const { reader } = plane;
  if (servicesOfHost(plane, name.host).length > 0) {
    // A hidden host or a missing port is certain. A subset may be defined where nobody here looks.
    const defined = reader
      .hosting('DestinationRule', name.host)
      .some(({ resource }) => resource.subsets?.items.some((each) => each.name?.value === name.subset));
    return name.subset === '' || defined ? [] : [`a DestinationRule of ${name.host} with subset ${name.subset}`];
  }
  const lookup = lookupDestination(reader, name.host, undefined, []);
  if (lookup.status !== 'unknowable') return [];
  const needs = lookup.needs ?? `the YAML of ${name.host}, which lives elsewhere`;
  return [needs.startsWith('Service ') ? `${needs} (or its line under egressGateways in .istio-egress.yaml)` : needs];
}

function endpointNeeds(plane: Plane, { cluster }: Ending): readonly string[] {
  const { reader } = plane;
  const host = parseClusterName(cluster?.name ?? '')?.host ?? '';
  const service = serviceOfHost(host, reader.settings.clusterDomain);
  if (service) {
    const { namespace, name } = service;
    const [known] = servicesOfHost(plane, host);
    if (known && podsBehind(plane, known).length > 0) return [];
    return isComplete(reader.settings, namespace) ? [] : [`the pods of Service ${namespace}/${name}`];
  }
  const [source] = servicesOfHost(plane, host);
  const selecting = source?.source?.resource.kind === 'ServiceEntry' && source.source.resource.workloadSelector;
  return selecting ? [`the WorkloadEntries or pods that ServiceEntry ${host} selects`] : [];
}

/** A Gateway that the routes of the host name and that lives elsewhere; without any Gateway for the pods, that one. */
function gatewayNeeds(plane: Plane, call: Call, { at }: Ending): readonly string[] {
  const { reader } = plane;
  const gateway = gatewayOf(at);
  if (!gateway) return [];
  const [api] = reader
    .named('Service', gateway.namespace || undefined, gateway.name)
    .flatMap(({ implied }) => implied?.by ?? []);
  if (api) return routeNeeds(plane, call, api);
  const missing = new Set<string>();
  const bound: MeshObject<Gateway>[] = [];
  const routes = virtualServicesFor(reader, call.host);
  if (!routes.some((route) => [...boundGateways(route)].some((each) => each !== MESH_GATEWAY)))
    return [`a VirtualService that sends ${call.host} on from the gateway`];
  for (const route of routes) {
    for (const { value } of route.resource.gateways?.items ?? []) {
      if (value === undefined || value === MESH_GATEWAY) continue;
      const name = resolveGatewayName(value, route.namespace);
      const lookup = lookupGateway(reader, name, route.namespace);
      if (lookup.status === 'found') bound.push(lookup.gateway);
      if (lookup.status === 'unknowable') missing.add(`Gateway ${gatewayKey(name).replace(/^\//, '')}`);
    }
  }
  if (missing.size > 0) return [...missing];
  const pod = gatewayPodNamed(plane, gateway.namespace, gateway.name);
  if (pod && bound.length > 0 && bound.every((each) => mayOnlySeemOther(each, pod)))
    return bound.map(
      (each) => `the pods that Gateway ${each.namespace ?? ''}/${each.resource.name.value ?? ''} selects`,
    );
  const opened = reader.all('Gateway').length > 0 || isComplete(reader.settings, gateway.namespace);
  return opened ? [] : [`the Gateway that opens port ${at.port} of ${gateway.namespace}/${gateway.name}`];
}

/** Of a Gateway of Gateway API, the route for the host, where none is here. */
function routeNeeds({ reader }: Plane, { host }: Call, gateway: MeshObject<K8sGateway>): readonly string[] {
  const key = `${gateway.namespace ?? ''}/${gateway.resource.name.value ?? ''}`;
  const routed = apiRoutesFor(reader, host).some((each) => parentGateways(each).includes(key));
  return routed ? [] : [`an HTTPRoute or TLSRoute that sends ${host} on from Gateway ${key}`];
}

/** The DestinationRule that asks for the mutual TLS which a server takes, where no rule for the gateway's Service is here. */
function hopNeeds(plane: Plane, { at, hops }: Ending): readonly string[] {
  const { reader } = plane;
  const gateway = gatewayOf(at);
  const via = hops.at(-2)?.clusters?.find((each) => each.next === at);
  const host = parseClusterName(via?.name ?? '')?.host;
  const pod = gateway && gatewayPodNamed(plane, gateway.namespace, gateway.name);
  if (!pod || !via || host === undefined || via.config !== undefined) return [];
  const takesMutual = mergedGateways(plane, pod).placed.some(
    ({ port, server }) => port === at.port && server.tlsMode === 'ISTIO_MUTUAL',
  );
  const service = serviceOfHost(host, reader.settings.clusterDomain);
  return takesMutual && !isComplete(reader.settings, service?.namespace) ? [`a DestinationRule of ${host}`] : [];
}

/**
 * What would have to be here to tell why a call does not go the way that is meant: what declares its host, or sends it to the gateway, may live elsewhere.
 *
 * @param meant the rule that sends it to the gateway, where there is one, and its route
 */
export function needsOfBypass(plane: Plane, call: Call, ending: Ending, meant: MeantWay): readonly string[] {
  const { reader } = plane;
  const { host } = call;
  const unknown = unknownsOf(plane, call, ending);
  if (unknown.length > 0) return unknown;
  if (isComplete(reader.settings, undefined)) return [];
  if (reader.coveringByName('ServiceEntry', host).length === 0) {
    const lookup = lookupDestination(reader, host, undefined, []);
    if (lookup.status === 'unknowable') return [lookup.needs ?? `ServiceEntry ${host}`];
  }
  // A route that lists `mesh` and has no rule for it lacks one wherever the others are.
  if (
    meant.leg ||
    (!isApiRoute(meant.route) && boundGateways(meant.route as MeshObject<VirtualService>).has(MESH_GATEWAY))
  )
    return [];
  return [`a VirtualService that sends ${host} from mesh to the gateway`];
}

/** Whether a Gateway seems to select other pods than these only because of what is assumed of their labels. */
function mayOnlySeemOther({ resource }: MeshObject<Gateway>, { labels, evidence }: GatewayPod): boolean {
  const selector = Object.entries(resource.selector?.value ?? {});
  const lacking = selector.filter(([key, value]) => labels[key] !== value);
  if (lacking.length === 0) return false;
  return evidence === 'standard' || (evidence === 'service' && lacking.every(([key]) => labels[key] === undefined));
}

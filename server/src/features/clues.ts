/** Resources to look at where a call fails, each with what is the matter with it. */
import type { Gateway } from '../manifest/types.ts';
import { gatewayKey, resolveGatewayName } from '../mesh/gateway-names.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { parseClusterName } from '../trace/cluster-names.ts';
import type { MeshService } from '../trace/model.ts';
import { gatewayPodNamed, listenPort } from '../trace/pods.ts';
import { type Plane, selects } from '../trace/plane.ts';
import { isVisible, servicesOfHost } from '../trace/registry.ts';
import type { Call } from '../trace/types.ts';
import type { Ending } from '../calls/endings.ts';
import { gatewayOf, sidecarNamespace } from '../calls/proxies.ts';
import { virtualServicesFor } from '../calls/relevant.ts';

export interface Clue {
  readonly object: MeshObject;
  /** After the resource's name. */
  readonly text: string;
}

/** More than these are no help any more. */
const LIMIT = 4;

export function cluesOf(plane: Plane, call: Call, ending: Ending): readonly Clue[] {
  return clues(plane, call, ending).slice(0, LIMIT);
}

function clues(plane: Plane, call: Call, ending: Ending): readonly Clue[] {
  switch (ending.kind) {
    case 'no-cluster':
      return clusterClues(plane, ending);
    case 'no-endpoints':
      return servicesOfHost(plane, hostOf(ending)).flatMap((each) => endpointClue(each));
    case 'no-route':
    case 'no-virtual-host':
      return routeClues(plane, call, ending);
    case 'no-listener':
    case 'no-filter-chain':
      return gatewayClues(plane, ending);
    case 'loop':
      return routeClues(plane, call, ending);
    default:
      return [];
  }
}

function clusterClues(plane: Plane, { cluster, at }: Ending): readonly Clue[] {
  const name = parseClusterName(cluster?.name ?? '');
  if (!name) return [];
  const namespace = gatewayOf(at)?.namespace ?? sidecarNamespace(at) ?? '';
  const services = servicesOfHost(plane, name.host).flatMap((each): readonly Clue[] => {
    if (!each.source) return [];
    const ports = each.ports.map(({ number }) => number);
    if (!ports.includes(name.port))
      return [{ object: each.source, text: `has no port ${name.port}, but ${ports.join(', ')}` }];
    if (!isVisible(plane, each, namespace))
      return [{ object: each.source, text: `is not visible in ${namespace} (exportTo)` }];
    return name.subset === '' ? [{ object: each.source, text: 'declares it, but this proxy is not given it' }] : [];
  });
  const rules = name.subset === '' ? [] : plane.reader.hosting('DestinationRule', name.host);
  return [
    ...services,
    ...rules.map((object): Clue => {
      const subsets = (object.resource.subsets?.items ?? []).flatMap((each) => each.name?.value ?? []);
      return { object, text: subsets.length === 0 ? 'defines no subsets' : `defines ${subsets.join(', ')}` };
    }),
  ];
}

function endpointClue({ source }: MeshService): readonly Clue[] {
  if (source?.resource.kind === 'Service') return [{ object: source, text: 'selects pods that are not here' }];
  if (source?.resource.kind !== 'ServiceEntry') return [];
  const { workloadSelector, resolution } = source.resource;
  const text = workloadSelector
    ? 'selects workloads that are not here'
    : `lists no endpoints (resolution ${resolution?.value ?? 'NONE'})`;
  return [{ object: source, text }];
}

/** Who has rules for the host; where none of them is bound to this proxy, what they are bound to. */
function routeClues({ reader }: Plane, { host }: Call, { at }: Ending): readonly Clue[] {
  const routes = virtualServicesFor(reader, host);
  if (!at.virtualHost?.startsWith('blackhole:')) return routes.map((object) => ({ object, text: 'has the rules' }));
  return routes.map((object) => {
    const names = (object.resource.gateways?.items ?? []).flatMap(({ value }) =>
      value === undefined ? [] : gatewayKey(resolveGatewayName(value, object.namespace)).replace(/^\//, ''),
    );
    return { object, text: `is bound to ${names.length === 0 ? 'mesh' : names.join(', ')}` };
  });
}

/** Gateways of the pods: those that open the port, and why nothing comes of it; else those that open others. */
function gatewayClues(plane: Plane, { at, kind }: Ending): readonly Clue[] {
  const name = gatewayOf(at);
  const pod = name && gatewayPodNamed(plane, name.namespace, name.name);
  if (!pod) return [];
  const selecting = plane.reader.all('Gateway').filter(({ resource }) => selects(resource.selector?.value, pod.labels));
  const found = selecting.map((object) => {
    const servers = serversOf(object).map((each) => ({ ...each, listens: listenPort(plane, pod, each.port) }));
    return { object, servers, opening: servers.filter(({ listens }) => listens === at.port) };
  });
  const opening = found.filter((each) => each.opening.length > 0);
  if (opening.length > 0) {
    return opening.map(({ object, opening: servers }) => {
      const shown = servers.map(({ title }) => title).join('; ');
      return {
        object: object.implied?.by ?? object,
        text:
          kind === 'no-listener'
            ? `would open the port (${shown}) if a rule bound to it fitted that server`
            : `opens the port (${shown}), and no rule bound to it fits that server and this call`,
      };
    });
  }
  return found.map(({ object, servers }) => ({
    object: object.implied?.by ?? object,
    text: `opens ${servers.map(({ port, listens }) => (port === listens ? port : `${port} (${listens})`)).join(', ') || 'nothing'}`,
  }));
}

function serversOf({ resource }: MeshObject<Gateway>): readonly { readonly port: number; readonly title: string }[] {
  return (resource.servers?.items ?? []).flatMap(({ port, tls, hosts }) => {
    const number = port?.number?.value;
    if (number === undefined) return [];
    const words = [port?.protocol?.value, tls?.mode?.value].flatMap((each) => each ?? []);
    const names = (hosts?.items ?? []).flatMap(({ value }) => value ?? []);
    return [{ port: number, title: `${[number, ...words].join(' ')} for ${names.slice(0, 3).join(', ')}` }];
  });
}

function hostOf({ cluster }: Ending): string {
  return parseClusterName(cluster?.name ?? '')?.host ?? '';
}

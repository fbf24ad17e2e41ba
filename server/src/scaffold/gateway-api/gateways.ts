/** The gateways that routes of Gateway API can go through: those of its Gateways, and installed ones that a Gateway can be made for. */
import type { K8sGateway, K8sRoute } from '../../manifest/types.ts';
import { MESH_GATEWAY } from '../../mesh/gateway-names.ts';
import { isEgressRoute } from '../../mesh/egress-routes.ts';
import { serviceOfHost } from '../../mesh/hosts.ts';
import { GATEWAY_NAME_LABEL, ISTIO_CLASS, isManaged, managedName } from '../../mesh/implied.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { apiRoutesFor, parentGateways, rulesOfRoute } from '../../mesh/route-rules.ts';
import { gatewayServices } from '../../trace/gateway-api/listeners.ts';
import type { Plane } from '../../trace/plane.ts';
import { type ApiGateway, type GatewayInstall, gatewayInstalls, installNamed } from '../gateways.ts';
import { freeName } from '../slug.ts';

/** The Gateway that is made where none is known. */
const NEW_NAME = 'egress-gateway';
const SUFFIX = `-${ISTIO_CLASS}`;

/**
 * The likeliest first: those that routes of the host go through, those that egress routes use, those that are called an egress gateway, installed gateways that
 * the workspace or its settings tell of.
 */
export function apiInstalls(plane: Plane, host: string): readonly GatewayInstall[] {
  const uses = usesOf(plane, host);
  const written = objectsIn(plane).flatMap((object) => installOf(plane, object) ?? []);
  const hosts = new Set(written.map((each) => each.host));
  const installed = gatewayInstalls(plane)
    .filter((each) => !hosts.has(each.host) && (each.evidence === 'workspace' || each.evidence === 'declared'))
    .map((each) => attachedTo(plane, each));
  const named = missingNames(plane, uses)
    .filter((name) => !installed.some(({ namespace, gateway }) => `${namespace}/${gateway?.name}` === name))
    .flatMap((name) => apiInstallNamed(plane, name) ?? []);
  const known = [...written, ...named, ...installed].map((install) => ({ install, score: scoreOf(install, uses) }));
  return known
    .filter(({ install, score }) => score > 0 || installed.includes(install))
    .sort((a, b) => b.score - a.score)
    .map(({ install }) => install);
}

/** Gateways that egress routes name, and that are not there. */
function missingNames({ reader }: Plane, { counts }: Uses): readonly string[] {
  return [...counts.keys()].filter((each) => {
    const [namespace = '', name = '', more] = each.split('/');
    return name !== '' && more === undefined && reader.named('K8sGateway', namespace || undefined, name).length === 0;
  });
}

/** By the name of a Gateway or of a Service; a new Gateway where nothing has the name. */
export function apiInstallNamed(plane: Plane, written: string): GatewayInstall | undefined {
  const [namespace = '', name = '', more] = written.split('/');
  if (namespace === '' || name === '' || more !== undefined) return undefined;
  const objects = objectsIn(plane).filter((each) => each.namespace === namespace);
  const [own] = objects.filter(({ resource }) => resource.name.value === name);
  const found = own && installOf(plane, own);
  if (found) return found;
  const [made] = objects.flatMap((each) => installOf(plane, each) ?? []).filter(({ service }) => service === name);
  if (made) return made;
  const installed = installNamed(plane, written);
  if (installed && installed.evidence !== 'chart') return attachedTo(plane, installed);
  return newInstall(plane, namespace, name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name);
}

/** A Gateway of a name that nothing in the namespace has. */
export function newApiInstall(plane: Plane, namespace: string): GatewayInstall {
  return newInstall(plane, namespace, NEW_NAME);
}

function newInstall(plane: Plane, namespace: string, wanted: string): GatewayInstall {
  const { reader } = plane;
  const name = freeName(
    wanted,
    (each) =>
      reader.named('K8sGateway', namespace, each).length > 0 ||
      reader.named('Service', namespace, each + SUFFIX).length > 0,
  );
  return managed(plane, namespace, name + SUFFIX, { name }, []);
}

function objectsIn(plane: Plane): readonly MeshObject<K8sGateway>[] {
  return plane.reader
    .all('K8sGateway')
    .filter((each) => each.resource.gatewayClassName?.value === ISTIO_CLASS && plane.accepts(each));
}

/** Undefined where it is not known which pods a Gateway is for, or they are in another namespace, where it does not count. */
function installOf(plane: Plane, object: MeshObject<K8sGateway>): GatewayInstall | undefined {
  const { resource, namespace } = object;
  const name = resource.name.value;
  if (namespace === undefined || name === undefined) return undefined;
  if (isManaged(resource)) {
    const ports = (resource.listeners?.items ?? []).flatMap(({ port }) => port?.value ?? []);
    return managed(plane, namespace, managedName(resource), { name, object }, [...new Set(ports)]);
  }
  const [host, another] = gatewayServices(plane, object);
  const service =
    host === undefined || another !== undefined ? undefined : serviceOfHost(host, plane.reader.settings.clusterDomain);
  if (!host || service?.namespace !== namespace) return undefined;
  const installed = installNamed(plane, `${namespace}/${service.name}`);
  return installed && { ...installed, gateway: { name, object, attachedTo: host } };
}

function managed(
  { reader }: Plane,
  namespace: string,
  service: string,
  gateway: ApiGateway,
  ports: readonly number[],
): GatewayInstall {
  const labels = { [GATEWAY_NAME_LABEL]: gateway.name };
  return {
    namespace,
    service,
    host: `${service}.${namespace}.svc.${reader.settings.clusterDomain}`,
    selector: labels,
    podLabels: [labels],
    ports,
    evidence: gateway.object ? 'workspace' : 'new',
    gateway,
  };
}

/** A Gateway for the pods of an installed gateway: one that is there, or one to be made. */
function attachedTo(plane: Plane, install: GatewayInstall): GatewayInstall {
  const { namespace, service, host } = install;
  const there = objectsIn(plane).find((each) => installOf(plane, each)?.host === host);
  if (there?.resource.name.value !== undefined)
    return { ...install, gateway: { name: there.resource.name.value, object: there, attachedTo: host } };
  const name = freeName(service, (each) => plane.reader.named('K8sGateway', namespace, each).length > 0);
  return { ...install, gateway: { name, attachedTo: host } };
}

interface Uses {
  /** Of Services and of Gateways (`namespace/name`), how many egress routes lead there. */
  readonly counts: ReadonlyMap<string, number>;
  readonly own: ReadonlySet<string>;
}

function usesOf({ reader, accepts }: Plane, host: string): Uses {
  const { clusterDomain } = reader.settings;
  const counts = new Map<string, number>();
  const routes = [...reader.all('HTTPRoute'), ...reader.all('TLSRoute')].filter(
    (each) => accepts(each) && isEgressRoute(each, clusterDomain),
  );
  const named = (each: MeshObject<K8sRoute>) => [
    ...parentGateways(each).filter((gateway) => gateway !== MESH_GATEWAY),
    ...rulesOfRoute(each, clusterDomain).flatMap(({ destinations }) =>
      destinations.flatMap(({ destination }) => destination?.host?.value ?? []),
    ),
  ];
  for (const each of routes) for (const name of new Set(named(each))) counts.set(name, (counts.get(name) ?? 0) + 1);
  return { counts, own: new Set(apiRoutesFor(reader, host).flatMap(named)) };
}

function scoreOf({ namespace, host, gateway, service }: GatewayInstall, { counts, own }: Uses): number {
  const names = [host, `${namespace}/${gateway?.name ?? ''}`];
  const used = Math.max(...names.map((each) => counts.get(each) ?? 0));
  if (names.some((each) => own.has(each))) return 100_000 + used;
  if (used > 0) return 1000 + used;
  const words = `${service} ${gateway?.name ?? ''}`;
  return words.includes('egress') && !words.includes('ingress') ? 100 : 0;
}

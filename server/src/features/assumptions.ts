/** What a trace takes for given because YAML does not tell it. */
import type { Kind, VirtualService } from '../manifest/types.ts';
import { isAmbiguous, isComplete } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { PASSTHROUGH_CLUSTER } from '../trace/cluster-names.ts';
import { inConfigOrder, type Plane, titleOf } from '../trace/plane.ts';
import { gatewayPodNamed } from '../trace/pods.ts';
import { byNamespace, servicesCovering } from '../trace/registry.ts';
import type { Call, Hop } from '../trace/types.ts';
import type { Ending } from '../calls/endings.ts';
import { gatewayOf } from '../calls/proxies.ts';
import { causesOf, objectOf } from '../calls/relevant.ts';

/** Each a sentence without its full stop; each once. */
export function assumptions(plane: Plane, call: Call, endings: readonly Ending[]): readonly string[] {
  const { reader } = plane;
  const hops = [...new Set(endings.flatMap((each) => each.hops))];
  const objects = [...new Set(hops.flatMap(causesOf).flatMap((each) => objectOf(reader, each) ?? []))];
  return [
    ...new Set([
      ...hops.flatMap((each) => install(plane, each)),
      ...sidecars(reader, call.from.namespace),
      ...elsewhere(reader, call, endings),
      ...ages(reader, [...objects, ...undecided(plane, call).filter((each) => !objects.includes(each))]),
      ...objects.flatMap((each) => openValues(reader, each)),
      ...opened(reader),
    ]),
  ];
}

/** A gateway whose pods are not in the workspace. */
function install(plane: Plane, hop: Hop): readonly string[] {
  const gateway = gatewayOf(hop);
  const pod = gateway && gatewayPodNamed(plane, gateway.namespace, gateway.name);
  if (!pod || pod.evidence === 'workspace') return [];
  if (pod.evidence === 'service') return [`${pod.namespace}/${pod.name} has pods such as its Service selects`];
  const declared = plane.reader.settings.gateways.find(
    ({ namespace, service }) => namespace === pod.namespace && service === pod.name,
  );
  if (!declared) return [`${pod.namespace}/${pod.name} is installed by Istio’s gateway chart (80 -> 80, 443 -> 443)`];
  const ports = (declared?.ports ?? []).map(({ port, targetPort }) => `${port} -> ${targetPort}`).join(', ');
  const shown = ports === '' ? '' : ` (${ports})`;
  const title = `${pod.namespace}/${pod.name}`;
  return [
    pod.evidence === 'standard'
      ? `${title} is the standard install${shown}`
      : `${title} is what the settings declare${shown}`,
  ];
}

function sidecars(reader: MeshReader, namespace: string): readonly string[] {
  const where = namespace === '' ? 'the client’s namespace' : namespace;
  const [found] = namespace === '' ? [] : reader.namedAnywhere('Namespace', namespace);
  const labels = found?.resource.labels ?? {};
  // Of pods in ambient mode the verdict says what is not known.
  if (labels['istio.io/dataplane-mode'] === 'ambient') return [];
  if (labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined) return [];
  if (labels['istio-injection'] === 'disabled')
    return [
      `pods in ${where} have sidecars, although its Namespace says istio-injection: disabled; without one, calls go straight out`,
    ];
  return [`pods in ${where} have sidecars`];
}

/** That nothing declares the host is certain only where all is here. */
function elsewhere({ settings }: MeshReader, { host, port }: Call, endings: readonly Ending[]): readonly string[] {
  const undeclared = endings.some((each) => each.kind === 'refused' || each.cluster?.name === PASSTHROUGH_CLUSTER);
  if (!undeclared || isComplete(settings, undefined)) return [];
  return [`nothing declares ${host}:${port} for this client outside these files`];
}

/** Of several that say the same, the oldest counts; age is not in YAML. */
function ages(reader: MeshReader, objects: readonly MeshObject[]): readonly string[] {
  return objects.flatMap((object): readonly string[] => {
    const rivals = rivalsOf(reader, object);
    const [second] = inConfigOrder(rivals);
    return second ? [`${titleOf(object)} is older than ${titleOf(second)} (age is not in YAML)`] : [];
  });
}

/** The ServiceEntry that is taken of several for the host in one namespace: whichever it is decides the protocol, though it may not be on the way. */
function undecided(plane: Plane, { host }: Call): readonly MeshObject[] {
  const taken = byNamespace(servicesCovering(plane, host));
  return [...taken.values()].flatMap(({ source }) => {
    const rivals = source ? rivalsOf(plane.reader, source) : [];
    return source && rivals.some((each) => each.namespace === source.namespace) ? [source] : [];
  });
}

function rivalsOf(reader: MeshReader, object: MeshObject): readonly MeshObject[] {
  const { resource } = object;
  const others = (kind: Kind, hosts: readonly string[]) =>
    [...new Set(hosts.flatMap((host) => reader.hosting(kind, host)))].filter((each) => each !== object);
  switch (resource.kind) {
    case 'VirtualService':
      return others('VirtualService', values(resource.hosts?.items)).filter(
        (each) => each.resource.kind === 'VirtualService' && sharesGateway(resource, each.resource),
      );
    case 'ServiceEntry':
      // Of one namespace only one is the service of the host, whatever ports they have.
      return others('ServiceEntry', values(resource.hosts?.items)).filter(
        (each) => sharesPort(each, object) || each.namespace === object.namespace,
      );
    case 'DestinationRule':
      return others('DestinationRule', values([resource.host])).filter((each) => each.namespace === object.namespace);
    default:
      return [];
  }
}

function sharesGateway(a: VirtualService, b: VirtualService): boolean {
  const names = ({ gateways }: VirtualService) =>
    gateways && gateways.items.length > 0 ? values(gateways.items) : ['mesh'];
  const own = new Set(names(a));
  return names(b).some((each) => own.has(each));
}

function sharesPort(a: MeshObject, b: MeshObject): boolean {
  const numbers = ({ resource }: MeshObject) =>
    resource.kind === 'ServiceEntry' ? (resource.ports?.items ?? []).flatMap((each) => each.number?.value ?? []) : [];
  const own = new Set(numbers(a));
  return numbers(b).some((each) => own.has(each));
}

function openValues(reader: MeshReader, object: MeshObject): readonly string[] {
  if (isAmbiguous(object, reader)) return [`${titleOf(object)} is the one applied: alternatives define it differently`];
  return object.resource.templated ? [`placeholders in ${titleOf(object)} change nothing on the way`] : [];
}

function opened({ mesh }: MeshReader): readonly string[] {
  return mesh.openBy === undefined ? [] : [`nothing else is applied with these files (${mesh.openBy})`];
}

function values(items: readonly ({ readonly value: string | undefined } | undefined)[] | undefined): readonly string[] {
  return (items ?? []).flatMap((each) => each?.value ?? []);
}

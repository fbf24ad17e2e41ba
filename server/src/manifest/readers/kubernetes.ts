/** Core Kubernetes kinds, as far as Istio looks at them. */
import type { Obj } from '../object.ts';
import { compact, compactBoth } from '../optional.ts';
import type { Namespace, ResourceBase, Service, Workload } from '../types.ts';

export function readService(base: ResourceBase, spec: Obj): Service {
  return compactBoth(base, {
    kind: 'Service' as const,
    type: spec.constant('type'),
    clusterIP: spec.string('clusterIP'),
    clusterIPs: spec.strings('clusterIPs'),
    externalName: spec.string('externalName'),
    selector: spec.labels('selector'),
    ports: spec.list('ports', (port) =>
      compact({
        range: port.range,
        name: port.string('name'),
        port: port.number('port'),
        targetPort: port.numberOrString('targetPort'),
        protocol: port.constant('protocol'),
        appProtocol: port.string('appProtocol'),
      }),
    ),
  });
}

/** A controller's pods are described by its template. */
export function readController(kind: Exclude<Workload['kind'], 'Pod'>) {
  return (base: ResourceBase, spec: Obj): Workload => {
    const template = spec.object('template');
    const metadata = template?.object('metadata');
    return compactBoth(base, {
      kind,
      podLabels: metadata?.labels('labels'),
      podAnnotations: metadata?.texts('annotations') ?? {},
      containerPorts: containerPorts(template?.object('spec')),
    });
  };
}

export function readPod(base: ResourceBase, spec: Obj, metadata: Obj | undefined): Workload {
  return compactBoth(base, {
    kind: 'Pod' as const,
    podLabels: metadata?.labels('labels'),
    podAnnotations: base.annotations,
    containerPorts: containerPorts(spec),
  });
}

export function readNamespace(base: ResourceBase): Namespace {
  return { ...base, kind: 'Namespace' };
}

function containerPorts(spec: Obj | undefined): Workload['containerPorts'] {
  const containers = [spec?.list('initContainers', (each) => each), spec?.list('containers', (each) => each)];
  return containers
    .flatMap((list) => [...(list?.items ?? [])])
    .flatMap((container) => [...(container.list('ports', (port) => port)?.items ?? [])])
    .flatMap((port) => {
      const number = port.number('containerPort')?.value;
      const name = port.string('name')?.value;
      return number === undefined ? [] : [name === undefined ? { number } : { name, number }];
    });
}

import type { Obj } from '../object.ts';
import { compact, compactBoth } from '../optional.ts';
import type { Field, Range, ResourceBase, ServiceEntry, WorkloadEndpoint, WorkloadEntry } from '../types.ts';
import { readServerPort, workloadLabels } from './shared.ts';

/** `networking.istio.io` ServiceEntry. */
export function readServiceEntry(base: ResourceBase, spec: Obj): ServiceEntry {
  return compactBoth(base, {
    kind: 'ServiceEntry' as const,
    hosts: spec.strings('hosts'),
    addresses: spec.strings('addresses'),
    ports: spec.list('ports', readServerPort),
    location: spec.constant('location'),
    resolution: spec.constant('resolution'),
    endpoints: spec.list('endpoints', endpoint),
    workloadSelector: workloadLabels(spec),
    exportTo: spec.strings('exportTo'),
    subjectAltNames: spec.strings('subjectAltNames'),
  });
}

/** `networking.istio.io` WorkloadEntry. */
export function readWorkloadEntry(base: ResourceBase, spec: Obj): WorkloadEntry {
  return { ...base, kind: 'WorkloadEntry', endpoint: endpoint(spec) };
}

function endpoint(o: Obj): WorkloadEndpoint {
  return compact({
    range: o.range,
    address: o.string('address'),
    ports: ports(o),
    labels: o.labels('labels'),
    network: o.string('network'),
    locality: o.string('locality'),
    weight: o.number('weight'),
    serviceAccount: o.string('serviceAccount'),
  });
}

function ports(o: Obj): Field<Readonly<Record<string, number>>> | undefined {
  const object = o.object('ports');
  if (!object) return undefined;
  const result: Record<string, number> = {};
  const range: Range = object.range;
  for (const { key } of object.node.entries) {
    const port = object.number(key.text);
    if (port?.value === undefined) return { value: undefined, range };
    result[key.text] = port.value;
  }
  return { value: result, range };
}

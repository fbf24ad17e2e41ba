/** Parts that several kinds have. */
import type { Obj } from '../object.ts';
import { compact, compactBoth } from '../optional.ts';
import type {
  ClientTls,
  Destination,
  HeaderOperations,
  NamedStringMatch,
  RouteDestination,
  RouteHeaders,
  ServerPort,
  StringMatch,
  TrafficPolicy,
} from '../types.ts';

export function readDestination(o: Obj): Destination {
  return compact({
    range: o.range,
    host: o.string('host'),
    subset: o.string('subset'),
    port: o.object('port')?.number('number'),
  });
}

export function readRouteDestination(o: Obj): RouteDestination {
  const destination = o.object('destination');
  return compact({
    range: o.range,
    destination: destination && readDestination(destination),
    weight: o.number('weight'),
    headers: readHeaders(o),
  });
}

export function readHeaders(o: Obj): RouteHeaders | undefined {
  const headers = o.object('headers');
  if (!headers) return undefined;
  return compact({ request: readOperations(headers, 'request'), response: readOperations(headers, 'response') });
}

function readOperations(o: Obj, key: string): HeaderOperations | undefined {
  const operations = o.object(key);
  if (!operations) return undefined;
  return {
    set: operations.texts('set'),
    add: operations.texts('add'),
    remove: (operations.strings('remove')?.items ?? []).flatMap((each) => each.value ?? []),
  };
}

export function readStringMatch(o: Obj): StringMatch {
  return compact({ range: o.range, exact: o.free('exact'), prefix: o.free('prefix'), regex: o.free('regex') });
}

/** A match under a key of its own: `uri`, `method`, … */
export function stringMatch(o: Obj, key: string): StringMatch | undefined {
  const match = o.object(key);
  return match && readStringMatch(match);
}

/** Matches by name: `headers`, `queryParams`. A name without a match means that it is there. */
export function namedMatches(o: Obj, key: string): readonly NamedStringMatch[] | undefined {
  const matches = o.object(key);
  return matches?.node.entries.map((entry) => {
    const match = matches.object(entry.key.text);
    return {
      name: entry.key.text,
      nameRange: entry.key.range,
      match: match ? readStringMatch(match) : { range: entry.value.range },
    };
  });
}

export function readServerPort(o: Obj): ServerPort {
  return compact({
    range: o.range,
    number: o.number('number'),
    name: o.string('name'),
    protocol: o.constant('protocol'),
    targetPort: o.number('targetPort'),
  });
}

export function readClientTls(o: Obj): ClientTls {
  return compact({
    range: o.range,
    mode: o.constant('mode'),
    sni: o.string('sni'),
    credentialName: o.string('credentialName'),
    clientCertificate: o.free('clientCertificate'),
    privateKey: o.free('privateKey'),
    caCertificates: o.free('caCertificates'),
    subjectAltNames: o.strings('subjectAltNames'),
    insecureSkipVerify: o.boolean('insecureSkipVerify'),
  });
}

export function readTrafficPolicy(o: Obj): TrafficPolicy {
  return compactBoth(policyParts(o), {
    portLevelSettings: o.list('portLevelSettings', (each) =>
      compactBoth(policyParts(each), { port: each.object('port')?.number('number') }),
    ),
    tunnel: o.present('tunnel'),
    proxyProtocol: o.present('proxyProtocol'),
    retryBudget: o.present('retryBudget'),
  });
}

function policyParts(o: Obj) {
  const tls = o.object('tls');
  return {
    range: o.range,
    tls: tls && readClientTls(tls),
    loadBalancer: o.present('loadBalancer'),
    simpleLoadBalancer: o.object('loadBalancer')?.constant('simple'),
    connectionPool: o.present('connectionPool'),
    outlierDetection: o.present('outlierDetection'),
  };
}

/** `workloadSelector.labels` of Istio's kinds. */
export function workloadLabels(o: Obj, key = 'workloadSelector', labels = 'labels') {
  return o.object(key)?.labels(labels);
}

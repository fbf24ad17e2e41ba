/** Puts every failing call of a resource to the rules that may know its cause. */
import { ambientNamespaces, isGatewayNamespace } from '../../calls/clients.ts';
import { needsOf, needsOfBypass } from '../../calls/needs.ts';
import { type Outcome, outcomesOf } from '../../calls/outcomes.ts';
import { gatewayOf } from '../../calls/proxies.ts';
import { relevantObjects } from '../../calls/relevant.ts';
import { statusText, whereText } from '../../calls/symptom.ts';
import type { Kind } from '../../manifest/types.ts';
import { MESH_GATEWAY, resolveGatewayName } from '../../mesh/gateway-names.ts';
import { serviceOfHost } from '../../mesh/hosts.ts';
import { ISTIO_CLASS } from '../../mesh/implied.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import { isApiRoute } from '../../mesh/route-rules.ts';
import { parseClusterName } from '../../trace/cluster-names.ts';
import type { Plane } from '../../trace/plane.ts';
import type { Fix, Severity } from '../finding.ts';
import type { CallEnd, CallReport, CallRule, Failure, Report } from '../rule.ts';
import { accountsFor, type Known } from './accounts-for.ts';
import { bypassOf } from './bypass.ts';
import { wrongEnd } from './call-end.ts';
import { clientsText } from './clients-text.ts';
import { rulesMeantFor } from './meant-rules.ts';
import { message } from './message.ts';
import { sure } from './severity.ts';

export interface Explained {
  readonly reports: readonly { readonly rule: CallRule; readonly report: Report }[];
  /** What would have to be here to know how a call ends, the first thing of each call that is not known. */
  readonly needs: readonly string[];
}

/** Whether resources of a kind have calls to follow. */
export function isCalled(kind: Kind): boolean {
  return kind === 'VirtualService' || kind === 'ServiceEntry' || kind === 'HTTPRoute' || kind === 'TLSRoute';
}

/**
 * Follows the calls of a resource and says why some fail.
 *
 * @param rules in the order in which they are asked
 * @param known what those rules for one resource say of it that account for such an end
 */
export function explainCalls(
  plane: Plane,
  subject: MeshObject,
  rules: readonly CallRule[],
  known: (object: MeshObject, end: CallEnd) => readonly Known[],
): Explained {
  const reports: { readonly rule: CallRule; readonly report: Report }[] = [];
  const needs = new Set<string>();
  for (const each of outcomesOf(plane, subject)) {
    const found = ofSidecars(plane, each);
    if (!found) {
      needs.add('ambient mode, which is not traced');
      continue;
    }
    const failure = ofCallers(failureOf(plane, subject, found));
    if (!failure) continue;
    const { outcome } = failure;
    const objects = [...new Set([subject, ...onTheWay(failure)])];
    // What is rejected, or lacks what an earlier key of the same name says, has a finding of its own, and nothing here is as it is meant until it is corrected.
    if (objects.some((object) => object.resource.repeats || !plane.accepts(object))) continue;
    if (objects.some((object) => known(object, failure.end).some((each) => accountsFor(each, failure)))) continue;
    const explained = explain(failure, rules);
    // Some ends are wrong only now and then: what no rule has a word about is as it is meant.
    if (!explained) continue;
    const [need] = failure.meant
      ? needsOfBypass(plane, outcome.call, outcome.ending, failure.meant)
      : needsOf(plane, outcome.call, outcome.ending, decidingKinds(failure.end));
    if (need !== undefined) {
      needs.add(need);
      continue;
    }
    if (isWorthTelling(failure, explained.report)) reports.push(explained);
  }
  return { reports: withoutEchoes(reports), needs: [...needs] };
}

/** Where the settings tell who calls, a gateway's namespace is one among those that nobody named; undefined where only it would meet it. */
function ofCallers(failure: Failure | undefined): Failure | undefined {
  if (!failure || failure.plane.reader.settings.clients.length === 0) return failure;
  const { outcome, plane } = failure;
  const clients = outcome.clients.filter((each) => !isGatewayNamespace(plane, each));
  if (clients.length === outcome.clients.length) return failure;
  return clients.length > 0 || outcome.others ? { ...failure, outcome: { ...outcome, clients } } : undefined;
}

/** Pods of ambient namespaces have no sidecar, so nothing is said of them; undefined where only they meet it. */
function ofSidecars(plane: Plane, outcome: Outcome): Outcome | undefined {
  const ambient = ambientNamespaces(plane);
  if (ambient.length === 0) return outcome;
  const clients = outcome.clients.filter((each) => !ambient.includes(each));
  if (clients.length === outcome.clients.length) return outcome;
  return clients.length > 0 ? { ...outcome, clients } : undefined;
}

function failureOf(plane: Plane, subject: MeshObject, outcome: Outcome): Failure | undefined {
  const mesh = plane.reader;
  // What goes past the gateway is wrong for that, whatever bytes it is.
  const bypass = bypassOf(plane, outcome);
  if (bypass) return { end: 'bypass', outcome: bypass.outcome, subject, meant: bypass.meant, mesh, plane };
  const end = wrongEnd(outcome.ending);
  return end === undefined ? undefined : { end, outcome, subject, mesh, plane };
}

/** Kinds that could put it right if one more of them were there. */
function decidingKinds(end: CallEnd): readonly Kind[] {
  if (end === 'tls-in-tls') return [];
  if (end === 'plain-to-tls') return ['DestinationRule'];
  return ['VirtualService', 'Gateway', 'ServiceEntry', 'DestinationRule'];
}

/** Resources in which the reason for the failure may be: what decided on the way, what is written for the host, and the Gateways that are named. */
function onTheWay({ outcome: { ending, target }, mesh }: Failure): readonly MeshObject[] {
  const cluster = ending.kind === 'no-cluster' ? parseClusterName(ending.cluster?.name ?? '') : undefined;
  const meant = cluster && cluster.subset !== '' ? rulesMeantFor(mesh, cluster.host, cluster.subset) : [];
  const objects = [...relevantObjects(mesh, ending.hops, target.host), ...meant];
  const gateways = objects.flatMap(({ resource, namespace }) =>
    resource.kind === 'VirtualService'
      ? (resource.gateways?.items ?? []).flatMap(({ value }) => gatewaysNamed(mesh, value, namespace))
      : [],
  );
  return [...objects, ...gateways, ...(cluster ? gatewaysMeant(mesh, cluster.host) : [])];
}

/** Gateways of Gateway API that make a Service of this host, or would, were they right. */
function gatewaysMeant(mesh: MeshReader, host: string): readonly MeshObject[] {
  const service = serviceOfHost(host, mesh.settings.clusterDomain);
  if (!service || mesh.named('Service', service.namespace, service.name).some((each) => !each.implied)) return [];
  return mesh
    .inNamespace('K8sGateway', service.namespace)
    .filter(({ resource }) => service.name === `${resource.name.value ?? ''}-${ISTIO_CLASS}`);
}

function gatewaysNamed(
  mesh: MeshReader,
  written: string | undefined,
  namespace: string | undefined,
): readonly MeshObject[] {
  if (written === undefined || written === MESH_GATEWAY) return [];
  const name = resolveGatewayName(written, namespace);
  return mesh.named('Gateway', name.namespace, name.name);
}

function explain(failure: Failure, rules: readonly CallRule[]): Explained['reports'][number] | undefined {
  for (const rule of rules) {
    if (!rule.ends.includes(failure.end)) continue;
    const cause = rule.explain(failure);
    if (cause) return { rule, report: toReport(failure, rule, cause) };
  }
  return undefined;
}

function toReport(failure: Failure, rule: CallRule, found: CallReport): Report {
  const { cause, explanation = '', remedy, symptom, writes, ...rest } = found;
  const severity = severityOf(failure, found.severity ?? rule.severity);
  const seen = isOnlyOthers(failure.outcome) ? othersSymptom(failure, symptom) : (symptom ?? symptomOf(failure));
  const place = isOnlyOthers(failure.outcome) ? placeForOthers(failure, found) : {};
  const fixes = (rest.fixes ?? []).filter((each) => writes === 'gateway-api' || !changesGatewayApi(failure, each));
  return { ...rest, ...place, fixes, severity, message: message(`${seen}: ${cause}.`, explanation, remedy) };
}

/** Most of these rules know how a VirtualService, Gateway or Service is changed: what is written in Gateway API has another form. */
function changesGatewayApi(failure: Failure, { edits }: Fix): boolean {
  const api = onTheWay(failure).filter((each) => isApiRoute(each) || each.resource.kind === 'K8sGateway');
  return edits.some(({ path, edit }) => {
    if (!('range' in edit)) return false;
    const { start, end } = edit.range;
    return api.some(({ path: own, resource: { range } }) => own === path && start >= range.start && end <= range.end);
  });
}

/** Only namespaces that nobody named meet it. */
function isOnlyOthers({ clients }: Outcome): boolean {
  return clients.length === 0;
}

const GRAVE: readonly Severity[] = ['error', 'warning'];

function severityOf({ end, outcome, mesh, plane }: Failure, severity: Severity): Severity {
  const refused = end === 'bypass' && outcome.ending.kind === 'refused';
  const heard = sure(mesh, refused && severity === 'warning' ? 'error' : severity);
  if (GRAVE.includes(heard) && (isOnlyOthers(outcome) || isSoft(outcome))) return 'information';
  // What is in a gateway's namespace is hardly there to call, but it could.
  const fromGateways = outcome.clients.every((each) => isGatewayNamespace(plane, each));
  return heard === 'error' && fromGateways ? 'warning' : heard;
}

/** What only pods in a gateway's namespace would meet is no news unless it is grave. */
function isWorthTelling({ outcome: { clients, others }, plane }: Failure, { severity }: Report): boolean {
  const onlyGateways = clients.length > 0 && !others && clients.every((each) => isGatewayNamespace(plane, each));
  return !onlyGateways || severity === 'error' || severity === 'warning';
}

/** A plain request that no rule of its host takes, because all have conditions. */
function isSoft({ ending: { kind, at }, request }: Outcome): boolean {
  return kind === 'no-route' && !at.virtualHost?.startsWith('blackhole:') && request.match === undefined;
}

/** `503 NC in sidecars of `app``, `404 at the egress gateway`. */
export function symptomOf({ end, outcome: { ending, clients }, plane }: Failure): string {
  if (end === 'bypass' && ending.kind !== 'refused') return 'Not through the egress gateway';
  const status = statusText(ending);
  const where = gatewayOf(ending.at) ? whereText(ending.at) : `in sidecars of ${clientsText(plane, clients)}`;
  return `${status.charAt(0).toUpperCase()}${status.slice(1)} ${where}`;
}

function othersSymptom({ outcome: { ending } }: Failure, symptom: string | undefined): string {
  if (symptom !== undefined)
    return `For other namespaces, ${symptom.replace(/^[A-Z](?=[a-z])/, (each) => each.toLowerCase())}`;
  const status = statusText(ending);
  return `Other namespaces would get ${/^[A-Z]/.test(status) || /^\d/.test(status) ? status : `a ${status}`}${gatewayOf(ending.at) ? ` ${whereText(ending.at)}` : ''}`;
}

/** On the route, where it is shown to everybody; what the cause is about is related. */
function placeForOthers({ subject }: Failure, found: CallReport): Pick<Report, 'path' | 'range' | 'related'> {
  const { resource } = subject;
  const shown =
    resource.kind === 'VirtualService' || resource.kind === 'ServiceEntry'
      ? (resource.exportTo ?? resource.hosts)
      : undefined;
  const cause = { path: found.path ?? subject.path, range: found.range, message: 'What decides it.' };
  return { path: subject.path, range: (shown ?? resource.name).range, related: [cause, ...(found.related ?? [])] };
}

/** What only others would meet is told once, and not where clients meet the same. */
function withoutEchoes(reports: Explained['reports']): Explained['reports'] {
  const kept: { readonly rule: CallRule; readonly report: Report }[] = [];
  const grave = reports.filter(({ report }) => report.severity !== 'information');
  for (const each of [...grave, ...reports.filter(({ report }) => report.severity === 'information')]) {
    const same = kept.some(
      ({ rule, report }) =>
        rule === each.rule &&
        (each.report.severity === 'information' ||
          (report.path === each.report.path &&
            report.range.start === each.report.range.start &&
            report.range.end === each.report.range.end)),
    );
    if (!same) kept.push(each);
  }
  return kept;
}

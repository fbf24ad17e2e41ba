/** A trace as a document: the verdict in plain words first, then why, then every step. */
import { allRules } from '../rules/all.generated.ts';
import type { Finding } from '../rules/finding.ts';
import { callTitle } from './call-text.ts';
import type { Ending } from '../calls/endings.ts';
import { writeSteps } from './trace-steps.ts';
import type { TraceResult } from './trace-call.ts';
import { type LinkedText, type Piece, type TraceTextOptions, TraceWriter } from './trace-writer.ts';
import { symptomText } from './outcome-text.ts';
import type { Plane } from '../trace/plane.ts';
import { setTitle } from './choose-set.ts';
import { percent } from './percent.ts';

/** The Istio that traces agree with. */
export const MODELLED_ISTIO = '1.29';

/** The whole document; lines end with a line feed. */
export function traceText(result: TraceResult, options: TraceTextOptions): LinkedText {
  const writer = new TraceWriter();
  writer.line(`${callTitle(result.call)}: ${verdictText(result)}`);
  writeExtras(writer, result);
  writeReason(writer, result, options);
  writer.line();
  writeSteps(writer, result, options);
  writer.line();
  writeNotes(writer, result, options);
  return writer.written();
}

/** The verdict for the first line: `FAILS, 404 at the egress gateway`. */
export function verdictText({ verdict, worst, endings, policyUnknown }: TraceResult): string {
  const differ = endings.some((each) => each.verdict !== worst.verdict || symptomText(each) !== symptomText(worst));
  const some = differ ? ` for ${percent(shareOf(endings, worst))} of calls` : '';
  switch (verdict) {
    case 'outside':
    case 'outside-not-through-gateway':
      return `routed to the outside, ${differ ? [...new Set(endings.map(symptomText))].join(' or ') : symptomText(worst)}`;
    case 'blocked':
      return `${worst.kind === 'refused' ? 'BLOCKED' : 'NOT SENT OUT'}${some}, ${symptomText(worst)}`;
    case 'failed':
      return `FAILS${some}, ${symptomText(worst)}`;
    case 'unknown':
      return policyUnknown && worst.kind === 'original-destination'
        ? `NOT KNOWN: straight to the outside under ALLOW_ANY, ${worst.at.routeConfig === undefined ? 'connection closed' : '502'} in the sidecar under REGISTRY_ONLY`
        : `NOT KNOWN${some}: as the YAML stands here, ${symptomText(worst)}`;
  }
}

/** The same in the few words of a list: `404 at the egress gateway`, `through istio-egressgateway`. */
export function verdictSymptom({
  worst,
  policyUnknown,
  needs,
}: Pick<TraceResult, 'worst' | 'policyUnknown' | 'needs'>): string {
  if (worst.verdict !== 'unknown') return symptomText(worst);
  return policyUnknown && worst.kind === 'original-destination'
    ? 'not through a gateway, or refused: the outbound policy is not known'
    : `needs ${needs[0] ?? 'more than is here'}`;
}

function shareOf(endings: readonly Ending[], of: Ending): number {
  const same = endings.filter((each) => each.verdict === of.verdict && symptomText(each) === symptomText(of));
  return same.reduce((sum, each) => sum + each.share, 0);
}

/** What the request is beyond its line. */
function writeExtras(writer: TraceWriter, { call }: TraceResult): void {
  const headers = Object.entries(call.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  if (headers.length > 0) writer.line(`Headers: ${headers.join(', ')}`);
  if (call.address !== undefined && call.address !== call.host) writer.line(`Address called: ${call.address}`);
}

function writeReason(writer: TraceWriter, result: TraceResult, { place }: TraceTextOptions): void {
  const { finding, needs } = result;
  // What is rejected goes first: a finding may say that it is missing.
  for (const { object, range: wrong, text } of result.rejected) {
    const { kind, name } = object.resource;
    const title = `${kind} ${object.namespace === undefined ? '' : `${object.namespace}/`}${name.value ?? ''}`;
    const offset = wrong.start;
    const link: Piece = { text: `${title} (${place(object.path, offset)})`, path: object.path, offset };
    writer.line('Not in the mesh: ', link, ` is rejected when it is applied: ${text}`);
  }
  if (finding && namesCause(finding)) {
    const fix = finding.fixes.find((each) => each.preferred);
    const { path, range } = finding;
    const link: Piece = { text: place(path, range.start), path, offset: range.start };
    if (fix) writer.line(`Fix: ${fix.title} (`, link, ')');
    writer.line(`Why: ${finding.message}${fix ? '' : ' ('}`, ...(fix ? [] : [link, ')']));
  }
  for (const each of needs) writer.line(`To know, it needs: ${each}`);
}

/** A finding that only says what is seen, and sends to the trace, has nothing to say in it. */
function namesCause({ code }: Finding): boolean {
  return !allRules.some((rule) => rule.code === code && rule.subject === 'call' && rule.turn === 'last');
}

function writeNotes(writer: TraceWriter, result: TraceResult, { place, plane }: TraceTextOptions): void {
  const { assumed, limits, set } = result;
  if (assumed.length > 0) writer.line(`Assumed: ${assumed.join('; ')}.`);
  for (const { policy, text } of limits) {
    const { kind, name } = policy.resource;
    const offset = name.range.start;
    const title = `${kind} ${policy.namespace ?? ''}/${name.value ?? ''} (${place(policy.path, offset)})`;
    writer.line('Not modelled: ', { text: title, path: policy.path, offset }, ` ${text}.`);
  }
  const outside = result.endings.some((each) => each.kind === 'external' || each.kind === 'original-destination');
  if (outside) writer.line('Not in YAML: DNS, the network, and whether the far side answers.');
  writer.line(`As Istio ${istioText(plane)}. Apply set: ${setTitle(set)}.`);
}

/** The version that the settings tell; where it is another than the one that was measured, both. */
function istioText({ reader }: Plane): string {
  const { istioVersion: told } = reader.settings;
  if (told === undefined || told === MODELLED_ISTIO || told.startsWith(`${MODELLED_ISTIO}.`))
    return told ?? MODELLED_ISTIO;
  return `${told}, taken to route as ${MODELLED_ISTIO} does`;
}

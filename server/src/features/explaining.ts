/** The finding that explains why a call fails. */
import type { MeshReader } from '../mesh/mesh.ts';
import type { Finding, Location, Severity } from '../rules/finding.ts';
import type { Call } from '../trace/types.ts';
import type { Ending } from '../calls/endings.ts';
import { gatewayOf } from '../calls/proxies.ts';
import { relevantObjects } from '../calls/relevant.ts';

/** Findings of a file, from whoever checks. */
export type FindingsOf = (path: string) => readonly Finding[];

const RANKS: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

/**
 * Of the findings about what has to do with the call, the gravest that tells the same symptom; undefined where there is none.
 * A file that cannot be read as it was meant explains anything.
 */
export function explainingFinding(
  reader: MeshReader,
  call: Call,
  ending: Ending,
  findings: FindingsOf,
): Finding | undefined {
  const objects = relevantObjects(reader, ending.hops, call.host);
  const about = (place: Location) =>
    objects.some(
      ({ path, resource }) =>
        path === place.path && place.range.start >= resource.range.start && place.range.end <= resource.range.end,
    );
  const symptoms = symptomsOf(ending);
  return [...new Set(objects.map(({ path }) => path))]
    .flatMap((path) => [...findings(path)])
    .filter((each) => each.severity !== 'hint' && about(each))
    .filter((each) => symptoms.some((symptom) => each.message.includes(symptom)) || UNREADABLE.has(each.code))
    .sort(
      (a, b) =>
        Number(UNREADABLE.has(a.code)) - Number(UNREADABLE.has(b.code)) ||
        Number(isElsewhere(a, ending)) - Number(isElsewhere(b, ending)) ||
        RANKS[a.severity] - RANKS[b.severity],
    )[0];
}

/** Whether the message gives the symptom to the other sort of proxy: it names its own before the first colon. */
function isElsewhere({ message }: Finding, { at }: Ending): boolean {
  const [symptom = ''] = message.split(':', 1);
  return symptom.includes(gatewayOf(at) ? 'sidecar' : 'gateway');
}

const UNREADABLE: ReadonlySet<string> = new Set(['document-not-parsed', 'value-wrong-type', 'key-duplicated']);

/** How messages of findings name what is seen. */
function symptomsOf({ kind, at }: Ending): readonly string[] {
  const http = at.routeConfig !== undefined;
  switch (kind) {
    case 'no-route':
    case 'no-virtual-host':
      return ['404'];
    case 'no-cluster':
      return http ? ['503 NC'] : ['503 NC', 'onnection reset'];
    case 'no-endpoints':
      return http ? ['503 UH'] : ['503 UH', 'onnection reset'];
    case 'no-listener':
    case 'no-filter-chain':
    case 'multiple-filter-chains':
    case 'tls-error':
    case 'mtls-error':
    case 'protocol-error':
      return ['onnection re', '404'];
    case 'loop':
      return ['loop', 'Loop'];
    case 'refused':
      return ['502', 'blocked', 'Blocked'];
    default:
      return [];
  }
}

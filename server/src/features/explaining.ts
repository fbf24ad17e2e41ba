/** The finding that explains why a call fails. */
import type { MeshReader } from '../mesh/mesh.ts';
import type { Finding, Location, Severity } from '../rules/finding.ts';
import type { Call } from '../trace/types.ts';
import type { Ending } from './endings.ts';
import { relevantObjects } from './relevant.ts';

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
        Number(UNREADABLE.has(a.code)) - Number(UNREADABLE.has(b.code)) || RANKS[a.severity] - RANKS[b.severity],
    )[0];
}

const UNREADABLE: ReadonlySet<string> = new Set(['document-not-parsed', 'value-wrong-type', 'key-duplicated']);

/** How messages of findings name what is seen. */
function symptomsOf({ kind }: Ending): readonly string[] {
  switch (kind) {
    case 'no-route':
    case 'no-virtual-host':
      return ['404'];
    case 'no-cluster':
      return ['503 NC'];
    case 'no-endpoints':
      return ['503 UH'];
    case 'no-listener':
    case 'no-filter-chain':
    case 'multiple-filter-chains':
    case 'tls-error':
    case 'mtls-error':
    case 'protocol-error':
      return ['Connection re', 'connection re', '404'];
    case 'loop':
      return ['loop', 'Loop'];
    case 'refused':
      return ['502', 'blocked', 'Blocked'];
    default:
      return [];
  }
}

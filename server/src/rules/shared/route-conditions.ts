/** What a rule of a VirtualService asks of a call, and whether an earlier one leaves it any. */
import type { HttpMatch, L4Match, NamedStringMatch, StringMatch, VirtualService } from '../../manifest/types.ts';
import { gatewayKey, MESH_GATEWAY, resolveGatewayName } from '../../mesh/gateway-names.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { boundGateways } from '../../mesh/virtual-service-rules.ts';
import type { Range } from '../../yaml/nodes.ts';
import { sayTheSame } from './same-words.ts';

export type Block = 'http' | 'tls' | 'tcp';

/** One match of a rule, or the rule itself where it has none. */
export interface Condition {
  readonly block: Block;
  /** Index of the rule in its block. */
  readonly rule: number;
  /** Of the match; undefined where the rule has none. */
  readonly range: Range | undefined;
  /** Of the match, or of the rule. */
  readonly place: Range;
  /** Resolved: those that the VirtualService is bound to and the match is for. */
  readonly gateways: ReadonlySet<string>;
  readonly namesGateways: boolean;
  /** Takes every call. */
  readonly isEmpty: boolean;
  readonly match: HttpMatch | L4Match | undefined;
  /** What is asked depends on another resource. */
  readonly isOpen: boolean;
}

/** The conditions of one rule, those that can act for a bound gateway. */
export function conditionsOf(subject: MeshObject<VirtualService>, block: Block, index: number): readonly Condition[] {
  const { resource } = subject;
  const rule = resource[block]?.items[index];
  if (!rule) return [];
  const bound = boundGateways(subject);
  const isOpen = 'delegate' in rule && rule.delegate !== undefined;
  const matches: readonly (HttpMatch | L4Match)[] = rule.match?.items ?? [];
  if (matches.length === 0) {
    return [
      {
        block,
        rule: index,
        range: undefined,
        place: rule.range,
        gateways: bound,
        namesGateways: false,
        isEmpty: true,
        match: undefined,
        isOpen,
      },
    ];
  }
  return matches.flatMap((match): readonly Condition[] => {
    const written = match.gateways?.items ?? [];
    if (written.some((each) => each.value === undefined)) return [];
    const named = written.map((each) => gatewayKey(resolveGatewayName(each.value ?? '', subject.namespace)));
    const gateways = written.length === 0 ? bound : new Set(named.filter((each) => bound.has(each)));
    if (gateways.size === 0) return [];
    const isEmpty = asked(match, block, MESH_GATEWAY).length === 0;
    const namesGateways = written.length > 0;
    const { range } = match;
    return [{ block, rule: index, range, place: range, gateways, namesGateways, isEmpty, match, isOpen }];
  });
}

/** Whether every call that `later` would take at a gateway is taken by `earlier`. */
export function covers(earlier: Condition, later: Condition, gateway: string): boolean {
  if (earlier.isOpen) return false;
  if (!earlier.match) return true;
  const wanted = asked(earlier.match, earlier.block, gateway);
  return wanted.every((field) => implies(later.match, earlier.match, field));
}

type Field = keyof HttpMatch | keyof L4Match;

const NO_CONDITIONS: readonly Field[] = ['range', 'name', 'gateways', 'ignoreUriCase'];
const SOURCES: readonly Field[] = ['sourceLabels', 'sourceNamespace'];

/** The fields that narrow a match. Istio leaves some out: sources beside gateways (`sourceMatchHTTP`), and at gateways where it is not HTTP (`l4SingleMatch`). */
function asked(match: HttpMatch | L4Match, block: Block, gateway: string): readonly Field[] {
  const ignored: readonly Field[] =
    block === 'http'
      ? (match.gateways?.items.length ?? 0) > 0
        ? SOURCES
        : []
      : gateway === MESH_GATEWAY
        ? []
        : [...SOURCES, 'destinationSubnets'];
  return (Object.keys(match) as Field[]).filter(
    (each) => !NO_CONDITIONS.includes(each) && !ignored.includes(each) && !(each === 'uri' && isEveryPath(match)),
  );
}

function isEveryPath(match: HttpMatch | L4Match): boolean {
  return 'uri' in match && match.uri?.prefix?.value === '/';
}

function implies(later: HttpMatch | L4Match | undefined, earlier: HttpMatch | L4Match | undefined, field: Field) {
  const [a, b] = [fieldOf(earlier, field), fieldOf(later, field)];
  if (a === undefined || b === undefined) return false;
  if (field === 'uri') return impliesUri(later as HttpMatch, earlier as HttpMatch);
  if (field === 'headers' || field === 'withoutHeaders' || field === 'queryParams') {
    const named = b as readonly NamedStringMatch[];
    return (a as readonly NamedStringMatch[]).every((each) =>
      named.some((other) => other.name === each.name && sayTheSame(other.match, each.match)),
    );
  }
  return sayTheSame(a, b);
}

/** A prefix takes what begins with it. */
function impliesUri(later: HttpMatch, earlier: HttpMatch): boolean {
  if (!sayTheSame(earlier.ignoreUriCase, later.ignoreUriCase)) return false;
  const [a, b]: readonly (StringMatch | undefined)[] = [earlier.uri, later.uri];
  if (!a || !b) return false;
  if (sayTheSame(a, b)) return true;
  const prefix = a.prefix?.value;
  const begins = b.exact?.value ?? b.prefix?.value;
  return prefix !== undefined && (begins?.startsWith(prefix) ?? false);
}

function fieldOf(match: HttpMatch | L4Match | undefined, field: Field): unknown {
  return match === undefined ? undefined : (match as unknown as Readonly<Record<string, unknown>>)[field];
}

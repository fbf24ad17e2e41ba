/** The steps of a trace: one for each proxy, in the order of the call, and where it comes out. */
import type { VirtualService } from '../manifest/types.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { Cause, ClusterTls, Hop, HopCluster } from '../trace/types.ts';
import type { Ending } from './endings.ts';
import { reasonText } from './outcome-text.ts';
import { percent } from './percent.ts';
import { gatewayOf, sidecarNamespace } from './proxies.ts';
import { objectOf } from './relevant.ts';
import type { TraceResult } from './trace-call.ts';
import type { TraceTextOptions } from './trace-text.ts';
import type { Piece, TraceWriter } from './trace-writer.ts';
import { wireText, wireWarning } from './wire-text.ts';

const INDENT = '   ';

/** Writes all steps; where calls divide, every way is followed to its end before the next. */
export function writeSteps(writer: TraceWriter, result: TraceResult, options: TraceTextOptions): void {
  const steps = new Steps(writer, result.endings, options);
  steps.write(result.hop, '');
}

class Steps {
  #count = 0;

  constructor(
    readonly writer: TraceWriter,
    readonly endings: readonly Ending[],
    readonly options: TraceTextOptions,
  ) {}

  write(hop: Hop, share: string): void {
    const ways = hop.clusters ?? [];
    const head = `${String(++this.#count).padEnd(3)}${share}${proxyText(hop)}`;
    const [only] = ways;
    const ending = this.endings.find((each) => each.at === hop && each.cluster === only);
    if (ways.length > 1) this.writer.line(head, ' divides the calls', ...this.#because(hop, undefined));
    else this.writer.line(head, ` -> ${target(only, ending)}`, ...this.#because(hop, only));
    this.#details(hop);
    if (ways.length === 1) this.#follow(only, ending, '');
    if (ways.length < 2) return;
    const total = ways.reduce((sum, each) => sum + (each.weight ?? 0), 0);
    for (const each of ways) {
      const part = percent((each.weight ?? 0) / total);
      const end = this.endings.find((other) => other.at === hop && other.cluster === each);
      this.writer.line(`${INDENT}${part} -> ${target(each, end)}`, ...this.#causes(each.because));
      this.#toward(each);
      this.#follow(each, end, `(${part}) `);
    }
  }

  #follow(cluster: HopCluster | undefined, ending: Ending | undefined, share: string): void {
    if (cluster?.next) this.write(cluster.next, share);
    else if (ending && cluster?.end?.wire) this.#arrival(cluster, ending, share);
  }

  /** Where it comes out, and with what. */
  #arrival({ end, endpoints }: HopCluster, { hops }: Ending, share: string): void {
    const where = endpoints?.[0] ?? 'the address that the application called';
    const port = Number(endpoints?.[0]?.match(/:(\d+)$/)?.[1] ?? hops[0].port);
    const wire = end?.wire ?? [];
    this.writer.line(`${String(++this.#count).padEnd(3)}${share}Outside: ${where} receives ${wireText(wire)}`);
    if ((endpoints?.length ?? 0) > 1) this.writer.line(`${INDENT}All endpoints: ${endpoints?.join(', ')}`);
    const warning = wireWarning(wire, port);
    if (warning) this.writer.line(`${INDENT}${warning}`);
  }

  #details(hop: Hop): void {
    const names = [
      hop.listener,
      hop.routeConfig && `route ${hop.routeConfig}`,
      hop.virtualHost,
      hop.route,
      ...(hop.clusters ?? []).map((each) => each.name),
    ];
    const shown = names.filter((each) => each !== undefined && each !== '');
    if (shown.length > 0) this.writer.line(`${INDENT}Envoy: ${shown.join(', ')}`);
    if (hop.hostRewrite !== undefined) this.writer.line(`${INDENT}Changes Host to ${hop.hostRewrite}`);
    if (hop.pathRewrite !== undefined) this.writer.line(`${INDENT}Changes the path to ${hop.pathRewrite}`);
    if (hop.clusters?.length === 1) for (const each of hop.clusters) this.#toward(each);
  }

  #toward({ tls, because }: HopCluster): void {
    if (tls)
      this.writer.line(
        `${INDENT}${tlsText(tls)}`,
        ...this.#causes(because.filter((each) => each.kind === 'DestinationRule')),
      );
  }

  /** The VirtualService's rule where there is one, else what declares the destination; the rest on lines of their own. */
  #because(hop: Hop, cluster: HopCluster | undefined): readonly Piece[] {
    const causes = [...hop.because].reverse();
    const ruling = causes.find((each) => each.kind === 'VirtualService');
    const chosen =
      ruling ??
      (hop.clusters ? cluster?.because.find((each) => each.kind !== 'DestinationRule') : undefined) ??
      causes[0];
    return this.#causes(chosen ? [chosen] : []);
  }

  #causes(causes: readonly Cause[]): readonly Piece[] {
    return causes.flatMap((each, index): readonly Piece[] => [
      index === 0 ? ', because ' : ' and ',
      { text: this.#causeText(each), path: each.path, offset: each.range.start },
    ]);
  }

  #causeText(each: Cause): string {
    const { reader, place } = this.options;
    const rule = ruleText(reader, each);
    return `${each.kind} ${each.namespace === '' ? '' : `${each.namespace}/`}${each.name}${rule} (${place(each.path, each.range.start)})`;
  }
}

function target(cluster: HopCluster | undefined, ending: Ending | undefined): string {
  const next = cluster?.next && gatewayOf(cluster.next);
  if (next) return `gateway ${next.namespace}/${next.name}`;
  return ending ? reasonText(ending) : 'nowhere';
}

function proxyText(hop: Hop): string {
  const gateway = gatewayOf(hop);
  if (gateway) return `Gateway ${gateway.namespace}/${gateway.name}, port ${hop.port}`;
  const namespace = sidecarNamespace(hop);
  return namespace ? `Sidecar in ${namespace}` : 'Sidecar';
}

function tlsText({ mode, sni, autoSni }: ClusterTls): string {
  const name = sni === undefined ? (autoSni ? ', server name: the request’s Host' : '') : `, server name ${sni}`;
  if (mode === 'istioMutual') return `Adds the mesh’s mutual TLS${name}`;
  return `Adds TLS${mode === 'mutual' ? ' with a client certificate' : ''}${name}`;
}

/** `, rule 2` or `, tls rule 1`; empty where the cause is no rule of a VirtualService. */
export function ruleText(reader: MeshReader, cause: Cause): string {
  const object = cause.kind === 'VirtualService' ? objectOf(reader, cause) : undefined;
  if (!object) return '';
  const { http, tls, tcp } = (object as MeshObject<VirtualService>).resource;
  for (const [block, rules] of [
    ['', http],
    ['tls ', tls],
    ['tcp ', tcp],
  ] as const) {
    const index = (rules?.items ?? []).findIndex(
      ({ range }) => cause.range.start >= range.start && cause.range.end <= range.end,
    );
    if (index >= 0) return `, ${block}rule ${index + 1}`;
  }
  return '';
}

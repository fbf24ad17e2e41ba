/** The steps of a trace: one for each proxy, in the order of the call, and where it comes out. */
import type { MeshObject } from '../mesh/mesh.ts';
import { writtenKind } from '../trace/plane.ts';
import type { Cause, ClusterTls, Hop, HopCluster } from '../trace/types.ts';
import { cluesOf } from './clues.ts';
import type { Ending } from '../calls/endings.ts';
import { reasonText } from './outcome-text.ts';
import { percent } from './percent.ts';
import { gatewayOf, sidecarNamespace } from '../calls/proxies.ts';
import { ruleText } from './rule-text.ts';
import type { TraceResult } from './trace-call.ts';
import type { Piece, TraceTextOptions, TraceWriter } from './trace-writer.ts';
import { wireText, wireWarning } from '../calls/wire-text.ts';

const INDENT = '   ';

/** Writes all steps; where calls divide, every way is followed to its end before the next. */
export function writeSteps(writer: TraceWriter, result: TraceResult, options: TraceTextOptions): void {
  new Steps(writer, result, options).write(result.hop, '', 1, new Set());
}

class Steps {
  #count = 0;

  constructor(
    readonly writer: TraceWriter,
    readonly result: TraceResult,
    readonly options: TraceTextOptions,
  ) {}

  /**
   * @param mark before the proxy's name: the share of calls that come here, where they divided
   * @param passed the proxies before, to see a circle where it closes
   */
  write(hop: Hop, mark: string, share: number, passed: ReadonlySet<string>): void {
    const ways = hop.clusters ?? [];
    const [only] = ways;
    const proxy = `${hop.proxy}:${hop.port}`;
    const circle = passed.has(proxy) ? this.#loopBehind(hop) : undefined;
    const ending = circle ?? this.#endingAt(hop, only);
    const head = `${this.#number()}${mark}${proxyText(hop)}`;
    const here = new Set([...passed, proxy]);
    if (circle) {
      this.writer.line(head, ` -> ${reasonText(this.options.plane, circle, this.result.call)}`);
      this.#clues(circle);
    } else if (ways.length > 1) {
      this.writer.line(head, ' divides the calls', ...this.#because(hop, undefined));
      this.#details(hop);
      this.#divide(hop, ways, share, here);
    } else {
      this.writer.line(head, ` -> ${this.#target(only, ending)}`, ...this.#because(hop, only));
      this.#details(hop);
      if (only) this.#toward(only);
      this.#clues(ending);
      this.#follow(only, ending, mark, share, here);
    }
  }

  #divide(hop: Hop, ways: readonly HopCluster[], share: number, here: ReadonlySet<string>): void {
    const total = ways.reduce((sum, each) => sum + (each.weight ?? 0), 0);
    for (const each of ways) {
      const part = share * ((each.weight ?? 0) / total);
      const ending = this.#endingAt(hop, each);
      const declared = each.because.filter(({ kind }) => kind !== 'DestinationRule');
      this.writer.line(`${INDENT}${percent(part)} -> ${this.#target(each, ending)}`, ...this.#causes(declared));
      this.#toward(each);
      this.#clues(ending);
      this.#follow(each, ending, `(${percent(part)}) `, part, here);
    }
  }

  #follow(
    cluster: HopCluster | undefined,
    ending: Ending | undefined,
    mark: string,
    share: number,
    here: ReadonlySet<string>,
  ): void {
    if (cluster?.next) this.write(cluster.next, mark, share, here);
    else if (ending && cluster?.end?.wire) this.#arrival(cluster, ending, mark);
  }

  /** Where it comes out, and with what. */
  #arrival({ end, endpoints = [] }: HopCluster, { hops }: Ending, mark: string): void {
    const [first] = endpoints;
    const where = first ?? 'the address that the application called';
    const port = Number(first?.match(/:(\d+)$/)?.[1] ?? hops[0].port);
    const wire = end?.wire ?? [];
    this.writer.line(`${this.#number()}${mark}Outside: ${where} receives ${wireText(wire)}`);
    if (endpoints.length > 1) this.writer.line(`${INDENT}All endpoints: ${endpoints.join(', ')}`);
    const warning = wireWarning(wire, port);
    if (warning) this.writer.line(`${INDENT}${warning}`);
  }

  #details(hop: Hop): void {
    const route = hop.routeConfig === undefined ? undefined : `route ${hop.routeConfig}`;
    const clusters = (hop.clusters ?? []).map((each) => each.name);
    const names = [hop.listener, route, hop.virtualHost, hop.route, ...clusters].filter((each) => each !== undefined);
    if (names.length > 0) this.writer.line(`${INDENT}Envoy: ${names.join(', ')}`);
    if (hop.hostRewrite !== undefined) this.writer.line(`${INDENT}Changes Host to ${hop.hostRewrite}`);
    if (hop.pathRewrite !== undefined) this.writer.line(`${INDENT}Changes the path to ${hop.pathRewrite}`);
  }

  #toward({ tls, because }: HopCluster): void {
    if (!tls) return;
    const rules = because.filter((each) => each.kind === 'DestinationRule');
    this.writer.line(`${INDENT}${tlsText(tls)}`, ...this.#causes(rules));
  }

  /** Where to look, where it fails. */
  #clues(ending: Ending | undefined): void {
    if (!ending) return;
    const { plane, place } = this.options;
    for (const { object, text } of cluesOf(plane, this.result.call, ending)) {
      const offset = object.resource.name.range.start;
      const title = `${writtenKind(object)} ${objectName(object)} (${place(object.path, offset)})`;
      this.writer.line(`${INDENT}See: `, { text: title, path: object.path, offset }, ` ${text}`);
    }
  }

  #target(cluster: HopCluster | undefined, ending: Ending | undefined): string {
    const next = cluster?.next && gatewayOf(cluster.next);
    if (next) return `gateway ${next.namespace}/${next.name}`;
    return ending ? reasonText(this.options.plane, ending, this.result.call) : 'nowhere';
  }

  /** The route's rule where there is one, else what declares the destination, else what opens the port. */
  #because(hop: Hop, cluster: HopCluster | undefined): readonly Piece[] {
    const causes = [...hop.because].reverse();
    const ruling = causes.find(({ kind }) => kind === 'VirtualService' || kind === 'HTTPRoute' || kind === 'TLSRoute');
    const declaring = cluster?.because.find((each) => each.kind !== 'DestinationRule');
    const chosen = ruling ?? declaring ?? causes[0];
    return this.#causes(chosen ? [chosen] : []);
  }

  #causes(causes: readonly Cause[]): readonly Piece[] {
    const { plane, place } = this.options;
    return causes.flatMap((each, index): readonly Piece[] => {
      const name = `${each.namespace === '' ? '' : `${each.namespace}/`}${each.name}`;
      const offset = each.range.start;
      const text = `${each.kind} ${name}${ruleText(plane.reader, each)} (${place(each.path, offset)})`;
      return [index === 0 ? ', because ' : ' and ', { text, path: each.path, offset }];
    });
  }

  #endingAt(hop: Hop, cluster: HopCluster | undefined): Ending | undefined {
    return this.result.endings.find((each) => each.at === hop && each.cluster === cluster);
  }

  #loopBehind(hop: Hop): Ending | undefined {
    return this.result.endings.find((each) => each.kind === 'loop' && each.hops.includes(hop));
  }

  #number(): string {
    return String(++this.#count).padEnd(3);
  }
}

function objectName({ namespace, resource }: MeshObject): string {
  return `${namespace === undefined ? '' : `${namespace}/`}${resource.name.value ?? ''}`;
}

function proxyText(hop: Hop): string {
  const gateway = gatewayOf(hop);
  if (gateway) return `Gateway ${gateway.namespace}/${gateway.name}, port ${hop.port}`;
  const namespace = sidecarNamespace(hop);
  return namespace ? `Sidecar in ${namespace}` : 'Sidecar';
}

function tlsText({ mode, sni, autoSni }: ClusterTls): string {
  const automatic = autoSni ? ', server name: the request’s Host' : '';
  const name = sni === undefined ? automatic : `, server name ${sni}`;
  if (mode === 'istioMutual') return `Adds the mesh’s mutual TLS${name}`;
  return `Adds TLS${mode === 'mutual' ? ' with a client certificate' : ''}${name}`;
}

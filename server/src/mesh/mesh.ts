/** The resources that one Istio control plane would see together, with every look-up recorded. */
import type { K8sRoute, Kind, ResourceOf } from '../manifest/types.ts';
import { compareConfig, compareRegistry } from './config-order.ts';
import { distinctKey } from './distinct.ts';
import { HostLookup } from './host-lookup.ts';
import { hasSuffix, wildcardSuffix } from './host-suffixes.ts';
import { hostCoveredBy, hostsOverlap, isWildcard } from './hosts.ts';
import { hostsOf, key, type ParentKind, type ServerManner } from './keys.ts';
import type { MeshObject } from './mesh-object.ts';
import { type ReadLog, UNRECORDED } from './read-log.ts';
import { ResourceIndex } from './resource-index.ts';
import type { Serving } from './serving.ts';
import type { MeshSettings } from '../workspace/mesh-settings.ts';

export type { MeshObject };

/**
 * A mutable index over resources, and the one way to ask it: through a `MeshReader`, which records the keys that were asked for.
 * All answers of one reader belong to one revision, because nothing that asks is asynchronous.
 */
export class Mesh {
  readonly #index = new ResourceIndex();
  readonly #possible = new Map<string, number>();

  constructor(
    /** Shown where a workspace holds several; `undefined` for the only one. */
    readonly name: string | undefined,
    readonly settings: MeshSettings,
    /** Why resources may exist that are not here (a remote base, a chart, …); undefined where nothing says so. */
    readonly openBy: string | undefined = undefined,
    /** `Kind namespace/name` of what is defined differently by alternatives beside this mesh: which one applies is not known. */
    readonly ambiguous: ReadonlySet<string> = new Set(),
    /** What may change what the resources here say; undefined where nothing does. */
    readonly changedBy: string | undefined = undefined,
    /** Folders whose parts are alternatives of each other; undefined where all that is here is known to be applied together. */
    readonly divided: ReadonlySet<string> | undefined = undefined,
  ) {}

  /** Adds an object and what it implies; returns the keys under which they can be found. */
  add(object: MeshObject): readonly string[] {
    return this.#index.add(object);
  }

  /** Removes an object that was added (the same reference), and what it implies; returns the keys under which they could be found. */
  remove(object: MeshObject): readonly string[] {
    return this.#index.remove(object);
  }

  /** Notes that a file may hold resources of these kinds that could not be read; returns the keys that this touches. */
  addPossible(kinds: readonly string[]): readonly string[] {
    for (const kind of kinds) this.#possible.set(kind, (this.#possible.get(kind) ?? 0) + 1);
    return kinds.map(key.possible);
  }

  /** Takes back what `addPossible` noted. */
  removePossible(kinds: readonly string[]): readonly string[] {
    for (const kind of kinds) this.#possible.set(kind, (this.#possible.get(kind) ?? 1) - 1);
    return kinds.map(key.possible);
  }

  mayHold(kind: string): boolean {
    return (this.#possible.get(kind) ?? 0) > 0;
  }

  /** A reader of this revision that writes every key it is asked for into `reads`: it remembers what it said, so it is not to be asked after a change. */
  reader(reads: ReadLog = UNRECORDED): MeshReader {
    return new MeshReader(this, reads, this.#index);
  }
}

/** Kinds that are looked up by what their hosts overlap. */
type HostedKind = 'VirtualService' | 'ServiceEntry' | 'HTTPRoute' | 'TLSRoute';

/**
 * Look-ups in a mesh. Where nothing else is said an answer is in no particular order: Istio's order (age, name, namespace) is for the asker to make.
 * Answers in order are those of the mesh itself: they change with it, so they are for looking at once.
 */
export class MeshReader {
  readonly #reads: ReadLog;
  readonly #index: ResourceIndex;
  readonly #hosts: HostLookup;
  readonly #once = new Map<unknown, Map<unknown, unknown>>();

  constructor(
    readonly mesh: Mesh,
    reads: ReadLog,
    index: ResourceIndex,
  ) {
    this.#reads = reads;
    this.#index = index;
    this.#hosts = new HostLookup(reads, index);
  }

  get settings(): MeshSettings {
    return this.mesh.settings;
  }

  /** Resources with this name in this namespace. Those whose namespace is not known are under `undefined`. */
  named<K extends Kind>(kind: K, namespace: string | undefined, name: string): readonly MeshObject<ResourceOf<K>>[] {
    return this.#get(kind, key.named(kind, namespace, name));
  }

  /** Resources with this name in any namespace. */
  namedAnywhere<K extends Kind>(kind: K, name: string): readonly MeshObject<ResourceOf<K>>[] {
    return this.#get(kind, key.namedAnywhere(kind, name));
  }

  /** Whether a template or a broken document may hold a resource of this kind that could not be read. */
  mayHold(kind: Kind): boolean {
    this.#reads.add(key.possible(kind));
    return this.mesh.mayHold(kind);
  }

  /** Resources whose name is a placeholder: they may be any. */
  namedUnknown<K extends Kind>(kind: K): readonly MeshObject<ResourceOf<K>>[] {
    return this.#get(kind, key.namedUnknown(kind));
  }

  /** Resources of a kind in a namespace. */
  inNamespace<K extends Kind>(kind: K, namespace: string | undefined): readonly MeshObject<ResourceOf<K>>[] {
    return this.#get(kind, key.inNamespace(kind, namespace));
  }

  /** All resources of a kind. Costly and rarely right: the answer changes with every resource of that kind. */
  all<K extends Kind>(kind: K): readonly MeshObject<ResourceOf<K>>[] {
    return this.#get(kind, key.all(kind));
  }

  /** Resources that list exactly this host (of a ServiceEntry, VirtualService: `hosts`; DestinationRule: `host`, resolved). */
  hosting<K extends Kind>(kind: K, host: string): readonly MeshObject<ResourceOf<K>>[] {
    return this.#hosts.listing(kind, host.toLowerCase()) as unknown as readonly MeshObject<ResourceOf<K>>[];
  }

  /** Resources that list exactly this host, then those that list a wildcard (`*.example.com`) over it, the most specific first, `*` last. */
  covering<K extends Kind>(kind: K, host: string): readonly MeshObject<ResourceOf<K>>[] {
    return this.#withWildcards(kind, host, this.listedWildcards(host));
  }

  /** As `covering`, without those that list `*`: they say nothing about this host. */
  coveringByName<K extends Kind>(kind: K, host: string): readonly MeshObject<ResourceOf<K>>[] {
    const wildcards = this.listedWildcards(host);
    if (wildcards.length === 0) return this.hosting(kind, host);
    return this.#withWildcards(
      kind,
      host,
      wildcards.filter((each) => each !== '*'),
    );
  }

  #withWildcards<K extends Kind>(
    kind: K,
    host: string,
    wildcards: readonly string[],
  ): readonly MeshObject<ResourceOf<K>>[] {
    const exact = this.hosting(kind, host);
    return wildcards.length === 0 ? exact : [...exact, ...wildcards.flatMap((each) => this.hosting(kind, each))];
  }

  /** The wildcards (`*.example.com`) over this host, itself not among them, that a resource may list, the most specific first, `*` last. */
  listedWildcards(host: string): readonly string[] {
    return this.#hosts.wildcardsOver(host.toLowerCase());
  }

  /** ServiceEntries with a host below this wildcard (`*.example.com`), the wildcard itself not among them. */
  under(kind: 'ServiceEntry', wildcard: string): readonly MeshObject<ResourceOf<'ServiceEntry'>>[] {
    const lower = wildcard.toLowerCase();
    return this.#get(kind, key.under(kind, wildcardSuffix(wildcard))).filter((each) =>
      each.resource.hosts?.items.some(({ value }) => {
        const host = value?.toLowerCase();
        return host !== undefined && host !== lower && hostCoveredBy(host, lower);
      }),
    );
  }

  /** ServiceEntries or Services with a port of this number. */
  withPort<K extends 'ServiceEntry' | 'Service'>(kind: K, port: number): readonly MeshObject<ResourceOf<K>>[] {
    return this.#get(kind, key.withPort(kind, port));
  }

  /** VirtualServices that name this gateway (resolved, `namespace/name` or `mesh`) in `spec.gateways`. */
  boundTo(gateway: string): readonly MeshObject<ResourceOf<'VirtualService'>>[] {
    return this.#get('VirtualService', key.boundTo(gateway));
  }

  /** Gateways, Services or workloads whose selector or pod labels hold this pair. */
  labelled<K extends Kind>(kind: K, label: string, value: string): readonly MeshObject<ResourceOf<K>>[] {
    return this.#get(kind, key.labelled(kind, label, value));
  }

  /** Resources of a kind with a host that overlaps this one: the same, a wildcard over it, or one under it where it is a wildcard. Each once. */
  overlapping<K extends HostedKind>(kind: K, host: string): readonly MeshObject<ResourceOf<K>>[] {
    const exact = this.hosting(kind, host);
    const wildcards = this.wildcardsOver(kind, host);
    const under = isWildcard(host) ? this.#overlappingUnder(kind, host) : [];
    if (wildcards.length + under.length === 0) return exact;
    return [...new Set([...exact, ...wildcards, ...under])];
  }

  /** Resources of a kind with a wildcard host that covers this host. */
  wildcardsOver<K extends Kind>(kind: K, host: string): readonly MeshObject<ResourceOf<K>>[] {
    const isOfKind = (object: MeshObject): object is MeshObject<ResourceOf<K>> => object.resource.kind === kind;
    const found: MeshObject<ResourceOf<K>>[] = [];
    for (const { members } of this.#hosts.over(host)) if (members.length > 0) found.push(...members.filter(isOfKind));
    return found;
  }

  #overlappingUnder<K extends HostedKind>(kind: K, wildcard: string): readonly MeshObject<ResourceOf<K>>[] {
    if (!hasSuffix(wildcard)) return this.all(kind);
    const lower = wildcard.toLowerCase();
    return this.#get(kind, key.under(kind, wildcardSuffix(wildcard))).filter((each) =>
      hostsOf(each.resource).some((host) => hostsOverlap(host.toLowerCase(), lower)),
    );
  }

  /** VirtualServices or DestinationRules of a namespace that list a host without a dot. */
  shortHost<K extends 'VirtualService' | 'DestinationRule'>(
    kind: K,
    namespace: string | undefined,
    name: string,
  ): readonly MeshObject<ResourceOf<K>>[] {
    return this.#get(kind, key.shortHost(kind, namespace, name));
  }

  /** ServiceEntries (also by their endpoints), Services or WorkloadEntries with this IP address. */
  addressed<K extends 'ServiceEntry' | 'Service' | 'WorkloadEntry'>(
    kind: K,
    address: string,
  ): readonly MeshObject<ResourceOf<K>>[] {
    this.#reads.add(key.address(address));
    return this.#members(kind, key.addressed(kind, address));
  }

  /** ServiceEntries with a port of this number on ranges of addresses. */
  blocks(port: number): readonly MeshObject<ResourceOf<'ServiceEntry'>>[] {
    return this.#get('ServiceEntry', key.blocks(port));
  }

  /** In the registry's order: what is public (`*`) or has no `exportTo` (`default`), and shares this port in this manner. */
  serving<K extends 'ServiceEntry' | 'Service'>(
    kind: K,
    serving: Serving,
    audience: '*' | 'default',
  ): readonly MeshObject<ResourceOf<K>>[] {
    return this.#inOrder(kind, key.serving(kind, serving, audience), compareRegistry);
  }

  /** ServiceEntries or Services of a namespace with a port of this number. */
  servingIn<K extends 'ServiceEntry' | 'Service'>(
    kind: K,
    port: number,
    namespace: string | undefined,
  ): readonly MeshObject<ResourceOf<K>>[] {
    return this.#get(kind, key.servingIn(kind, port, namespace));
  }

  /** ServiceEntries or Services that are exported to this namespace by name (or by `.`), and not to all. */
  exportedTo<K extends 'ServiceEntry' | 'Service'>(kind: K, namespace: string): readonly MeshObject<ResourceOf<K>>[] {
    return this.#get(kind, key.exportedTo(kind, namespace));
  }

  /** ExternalName Services that mean this host. */
  meaning(host: string): readonly MeshObject<ResourceOf<'Service'>>[] {
    return this.#get('Service', key.meaning(host));
  }

  /** VirtualServices with a destination or mirror of this host as written, and this port; undefined for none. */
  sendingTo(host: string, port: number | undefined): readonly MeshObject<ResourceOf<'VirtualService'>>[] {
    return this.#get('VirtualService', key.sendingTo(host, port));
  }

  /** VirtualServices that delegate to this one. */
  delegatingTo(namespace: string | undefined, name: string): readonly MeshObject<ResourceOf<'VirtualService'>>[] {
    return this.#get('VirtualService', key.delegatingTo(namespace, name));
  }

  /** VirtualServices with `destinationSubnets`. */
  withSubnets(): readonly MeshObject<ResourceOf<'VirtualService'>>[] {
    return this.#get('VirtualService', key.withSubnets());
  }

  /** VirtualServices of this gateway with `tcp` rules. */
  tcpBoundTo(gateway: string): readonly MeshObject<ResourceOf<'VirtualService'>>[] {
    return this.#get('VirtualService', key.tcpBoundTo(gateway));
  }

  /** Routes of Gateway API that name this parent. */
  parented(kind: ParentKind, namespace: string | undefined, name: string): readonly MeshObject<K8sRoute>[] {
    const each = key.parented(kind, namespace, name);
    this.#reads.add(each);
    return this.#index.members(each) as unknown as readonly MeshObject<K8sRoute>[];
  }

  /** Routes of Gateway API with this backend: a Service `namespace/name`, or a host. */
  backedBy(backend: string): readonly MeshObject<K8sRoute>[] {
    const each = key.backedBy(backend);
    this.#reads.add(each);
    return this.#index.members(each) as unknown as readonly MeshObject<K8sRoute>[];
  }

  /** In the order of configuration: Gateways with a server for this port, as written. */
  opening(port: number, manner: ServerManner): readonly MeshObject<ResourceOf<'Gateway'>>[] {
    return this.#inOrder('Gateway', key.opening(port, manner), compareConfig);
  }

  /** Workloads whose pods say that they are a gateway's. */
  injectedAsGateway<K extends Kind>(kind: K): readonly MeshObject<ResourceOf<K>>[] {
    return this.#get(kind, key.injectedAsGateway(kind));
  }

  /** The different values of a set (see `distinct`). */
  distinct(set: string): readonly string[] {
    this.#reads.add(distinctKey(set));
    return [...this.#index.distinct(set)];
  }

  /**
   * What several ask for that is worked out by this reader: computed once.
   *
   * @param question tells answers of one sort from others, for example the function that gives them
   * @param about what the answer is of; the same question about the same has the same answer
   */
  once<T>(question: unknown, about: unknown, compute: () => T): T {
    const answers = this.#once.get(question) ?? new Map<unknown, unknown>();
    if (answers.size === 0) this.#once.set(question, answers);
    if (answers.has(about)) return answers.get(about) as T;
    const answer = compute();
    answers.set(about, answer);
    return answer;
  }

  /** Counts a key as read that is no look-up in the mesh: that of an answer which was remembered. */
  note(key: string): void {
    this.#reads.add(key);
  }

  #get<K extends Kind>(kind: K, each: string): readonly MeshObject<ResourceOf<K>>[] {
    this.#reads.add(each);
    return this.#members(kind, each);
  }

  #members<K extends Kind>(_kind: K, each: string): readonly MeshObject<ResourceOf<K>>[] {
    // Keys begin with the kind, so an answer holds objects of that kind only.
    return this.#index.members(each) as unknown as readonly MeshObject<ResourceOf<K>>[];
  }

  #inOrder<K extends Kind>(
    _kind: K,
    each: string,
    compare: (a: MeshObject, b: MeshObject) => number,
  ): readonly MeshObject<ResourceOf<K>>[] {
    this.#reads.add(each);
    return this.#index.ordered(each, compare) as unknown as readonly MeshObject<ResourceOf<K>>[];
  }
}

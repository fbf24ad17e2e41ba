/** The resources that one Istio control plane would see together, with every look-up recorded. */
import type { Kind, ResourceOf } from '../manifest/types.ts';
import { type Bag, membersOf, withMember, withoutMember } from './bag.ts';
import { key, keysOf } from './keys.ts';
import type { MeshObject } from './mesh-object.ts';
import type { MeshSettings } from '../workspace/mesh-settings.ts';

export type { MeshObject };

/**
 * A mutable index over resources, and the one way to ask it: through a `MeshReader`, which records the keys that were asked for.
 * All answers of one reader belong to one revision, because nothing that asks is asynchronous.
 */
export class Mesh {
  readonly #index = new Map<string, Bag<MeshObject>>();
  /** Answers that were given since their cell last changed: the large ones are asked for again and again. */
  readonly #answers = new Map<string, readonly MeshObject[]>();
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
  ) {}

  /** Adds an object; returns the keys under which it can be found. */
  add(object: MeshObject): readonly string[] {
    const keys = keysOf(object);
    for (const each of keys) {
      this.#index.set(each, withMember(this.#index.get(each), object));
      this.#answers.delete(each);
    }
    return keys;
  }

  /** Removes an object that was added (the same reference); returns the keys under which it could be found. */
  remove(object: MeshObject): readonly string[] {
    const keys = keysOf(object);
    for (const each of keys) {
      const left = withoutMember(this.#index.get(each), object);
      if (left === undefined) this.#index.delete(each);
      else this.#index.set(each, left);
      this.#answers.delete(each);
    }
    return keys;
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

  /** A reader that writes every key it is asked for into `reads`. */
  reader(reads: Set<string> = new Set()): MeshReader {
    return new MeshReader(this, reads, (each) => this.#answer(each));
  }

  #answer(each: string): readonly MeshObject[] {
    const given = this.#answers.get(each);
    if (given) return given;
    const cell = this.#index.get(each);
    const answer = membersOf(cell);
    if (cell instanceof Set) this.#answers.set(each, answer);
    return answer;
  }
}

/** Look-ups in a mesh. Every answer is in no particular order: Istio's order (age, name, namespace) is for the asker to make. */
export class MeshReader {
  readonly #reads: Set<string>;
  readonly #answer: (key: string) => readonly MeshObject[];

  constructor(
    readonly mesh: Mesh,
    reads: Set<string>,
    answer: (key: string) => readonly MeshObject[],
  ) {
    this.#reads = reads;
    this.#answer = answer;
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
    return this.#get(kind, key.hosting(kind, host.toLowerCase()));
  }

  /** ServiceEntries with a host below this wildcard (`*.example.com`), the wildcard itself not among them. */
  under(kind: 'ServiceEntry', wildcard: string): readonly MeshObject<ResourceOf<'ServiceEntry'>>[] {
    return this.#get(kind, key.under(kind, wildcard.toLowerCase()));
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

  /** Counts a key as read that is no look-up in the mesh: that of an answer which was remembered. */
  note(key: string): void {
    this.#reads.add(key);
  }

  #get<K extends Kind>(_kind: K, each: string): readonly MeshObject<ResourceOf<K>>[] {
    this.#reads.add(each);
    // Keys begin with the kind, so an answer holds objects of that kind only.
    return this.#answer(each) as unknown as readonly MeshObject<ResourceOf<K>>[];
  }
}

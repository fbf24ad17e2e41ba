/** Tracing in one mesh: kept as long as the mesh, and told of its changes. */
import type { Mesh, MeshReader } from '../mesh/mesh.ts';
import { Admission } from '../validate/reject.ts';
import { TraceCache } from './cache.ts';
import type { GatewayPod, Plane } from './plane.ts';
import { trace } from './trace.ts';
import type { Call, Hop } from './types.ts';

export class Tracer {
  readonly #cache = new TraceCache();
  readonly #admission: Admission;
  readonly #pending: string[] = [];

  readonly #pods: readonly GatewayPod[] | undefined;

  constructor(readonly mesh: Mesh) {
    this.#admission = new Admission(mesh.settings.judgedAs ?? 'written');
    this.#pods = mesh.settings.pods?.map((pod) => ({ ...pod, evidence: 'workspace' }));
  }

  /** Follows a call. What it was worked out from is recorded by `reader`, which must be one of this mesh. */
  trace(call: Call, reader: MeshReader = this.mesh.reader()): Hop {
    return trace(this.plane(reader), call);
  }

  /**
   * To be called after every change of the mesh, with the keys that `Mesh.add` and `Mesh.remove` returned.
   *
   * @returns further keys that changed by it: a reader that recorded one of these, or of the given ones, is out of date
   */
  changed(keys: Iterable<string>): readonly string[] {
    return this.#cache.invalidate(keys);
  }

  /**
   * To be called once when a change is complete (an edit removes a resource and adds another): summaries of much that it touched are worked out again,
   * and only those that say something else now count as changed.
   *
   * @param isRead whether somebody remembers having read a key, so that it has to be kept current
   * @returns further keys that changed, as of `changed`
   */
  settle(isRead: (key: string) => boolean = () => false): readonly string[] {
    if (this.#pending.length === 0 && this.#cache.isSettled) return [];
    return [...this.#pending.splice(0), ...this.#cache.settle(this.mesh.reader(), isRead)];
  }

  /** What traces ask, for those who ask parts of it. */
  plane(reader: MeshReader = this.mesh.reader()): Plane {
    // Whoever asks in the middle of a change is told the truth; what it changed is told with the next `settle`.
    if (!this.#cache.isSettled) this.#pending.push(...this.#cache.settle(reader.mesh.reader(), () => true));
    const { shortNameDomain, secrets } = this.mesh.settings;
    return {
      reader,
      cache: this.#cache,
      pods: this.#pods,
      accepts: (object) => this.#admission.accepts(object),
      ...(shortNameDomain === undefined ? {} : { shortNameDomain }),
      ...(secrets && { secrets }),
    };
  }
}

/** Tracing in one mesh: kept as long as the mesh, and told of its changes. */
import type { Mesh, MeshReader } from '../mesh/mesh.ts';
import { Admission } from '../validate/reject.ts';
import { TraceCache } from './cache.ts';
import type { GatewayPod, Plane } from './plane.ts';
import { trace } from './trace.ts';
import type { Call, Hop } from './types.ts';

export class Tracer {
  readonly #cache = new TraceCache();
  readonly #admission = new Admission();

  readonly #pods: readonly GatewayPod[] | undefined;

  constructor(readonly mesh: Mesh) {
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

  /** What traces ask, for those who ask parts of it. */
  plane(reader: MeshReader = this.mesh.reader()): Plane {
    const { shortNameDomain } = this.mesh.settings;
    return {
      reader,
      cache: this.#cache,
      pods: this.#pods,
      accepts: (object) => this.#admission.accepts(object),
      ...(shortNameDomain === undefined ? {} : { shortNameDomain }),
    };
  }
}

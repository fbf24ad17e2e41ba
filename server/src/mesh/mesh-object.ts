import type { Resource } from '../manifest/types.ts';

/** A resource as it stands in one mesh. */
export interface MeshObject<R extends Resource = Resource> {
  readonly resource: R;
  /** The file that it is written in. */
  readonly path: string;
  /** As written, given by Kustomize or by the settings; undefined where it is not known. */
  readonly namespace: string | undefined;
  /** Looked up, never reported on. */
  readonly context: boolean;
}

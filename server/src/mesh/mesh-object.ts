import type { K8sGateway, K8sListener, Resource } from '../manifest/types.ts';

/** A resource as it stands in one mesh. */
export interface MeshObject<R extends Resource = Resource> {
  readonly resource: R;
  /** The file that it is written in. */
  readonly path: string;
  /** As written, given by Kustomize or by the settings; undefined where it is not known. */
  readonly namespace: string | undefined;
  /** Looked up, never reported on. */
  readonly context: boolean;
  /** Present where no file has the resource: istiod makes it of another one, and its ranges are those of that one. */
  readonly implied?: Implied;
}

export interface Implied {
  readonly by: MeshObject<K8sGateway>;
  /** Of a Gateway: the listener that it stands for. */
  readonly listener?: K8sListener;
}

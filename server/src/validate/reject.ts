/** Whether a resource gets into the mesh at all. */
import type { MeshObject } from '../mesh/mesh.ts';
import type { Range } from '../yaml/nodes.ts';
import { isRejected, isRejecting, type JudgedAs, problemsOf } from './judge.ts';

export interface Rejection {
  readonly range: Range;
  /** One or two sentences. */
  readonly text: string;
}

/** Why the API server or istiod's webhook rejects the resource; empty where they let it in, or where it is not known. */
export function rejections({ resource, namespace }: MeshObject, as: JudgedAs = 'written'): readonly Rejection[] {
  const typed = resource.mismatches
    .filter((each) => !each.dropped)
    .map(({ range, path, expected, actual }) => ({
      range,
      text: `\`${path}\` takes ${expected}, not ${actual}.`,
    }));
  const wrong = problemsOf(resource, namespace).filter((each) => isRejecting(each, as));
  return [...typed, ...wrong.map(({ range, text }) => ({ range, text }))];
}

/** Answers whether a resource gets in, each resource looked at once. */
export class Admission {
  readonly #known = new WeakMap<MeshObject, boolean>();

  constructor(readonly as: JudgedAs) {}

  accepts(written: MeshObject): boolean {
    const object = written.implied?.by ?? written;
    const known = this.#known.get(object);
    if (known !== undefined) return known;
    const accepted = !isRejected(object.resource, object.namespace, this.as);
    this.#known.set(object, accepted);
    return accepted;
  }
}

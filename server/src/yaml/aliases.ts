/** Anchors and aliases of one document, bounded: a few lines of aliases can stand for billions of values. */
import type { Range, YamlNode, YamlProblem } from './nodes.ts';

/** How many values the aliases of one document may stand for. */
const LIMIT = 50_000;

/** What an alias stands for is shared, not copied; the node's range is the alias's own where it is a scalar or a whole collection. */
export class Aliases {
  readonly #anchored = new Map<string, { readonly node: YamlNode; readonly size: number } | 'open'>();
  readonly #problems: YamlProblem[];
  #spent = 0;

  constructor(problems: YamlProblem[]) {
    this.#problems = problems;
  }

  /** Says that the node of this anchor is being read: an alias to it from inside has no end. */
  open(anchor: string): void {
    this.#anchored.set(anchor, 'open');
  }

  close(anchor: string, node: YamlNode): void {
    this.#anchored.set(anchor, { node, size: sizeOf(node) });
  }

  /** The node that an alias stands for; an empty one, and a problem, where there is none. */
  resolve(anchor: string, range: Range): YamlNode {
    const target = this.#anchored.get(anchor);
    if (target === undefined) {
      return this.#fail(range, `There is no anchor \`&${anchor}\` above; a value that begins with \`*\` needs quotes.`);
    }
    if (target === 'open')
      return this.#fail(range, `The alias \`*${anchor}\` stands for something that it is part of.`);
    this.#spent += target.size;
    if (this.#spent > LIMIT) return this.#fail(range, 'The aliases of this document stand for too many values.');
    return target.node.kind === 'scalar' ? { ...target.node, range } : { ...target.node, style: 'flow', range };
  }

  #fail(range: Range, message: string): YamlNode {
    // A star alone is no alias; the parser says so.
    if (range.end - range.start > 1) this.#problems.push({ code: 'unresolved-alias', range, message });
    return { kind: 'scalar', range, text: '', value: null, style: 'plain' };
  }
}

/** Counts what a reader of the tree would visit. Bounded because no node larger than the limit is ever shared. */
function sizeOf(node: YamlNode): number {
  if (node.kind === 'scalar') return 1;
  let size = 1;
  if (node.kind === 'sequence') for (const item of node.items) size += sizeOf(item);
  else for (const { value } of node.entries) size += 1 + sizeOf(value);
  return size;
}

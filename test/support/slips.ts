/** Slips of the hand in YAML: every text that differs from a given one in a single place, as people get it wrong. */
import { type Document, isScalar, isSeq, type Pair, parseAllDocuments, visit } from 'yaml';

export interface Slip {
  /** `VirtualService spec.http.match.port: 80 -> 443`. */
  readonly what: string;
  readonly text: string;
}

/** One document left out, one key left out, one item left out, or one value written wrong. Names of resources, kinds and versions are left as they are. */
export function* slipsIn(text: string): Iterable<Slip> {
  const documents = parseAllDocuments(text) as Document[];
  for (const document of documents) {
    const kind = String(document.get('kind'));
    if (kind === 'Deployment') continue;
    const others = documents.filter((each) => each !== document);
    if (others.length > 0) yield { what: `${kind} left out`, text: written(others) };
    for (const change of changesOf(document)) {
      change.make();
      const slip = { what: `${kind} ${change.what}`, text: written(documents) };
      change.undo();
      yield slip;
    }
  }
}

interface Change {
  readonly what: string;
  readonly make: () => void;
  readonly undo: () => void;
}

function changesOf(document: Document): readonly Change[] {
  const changes: Change[] = [];
  visit(document, {
    Pair(_key, pair, path) {
      const keys = [...path.flatMap((each) => keyOf(each)), ...keyOf(pair)];
      const [first] = keys;
      if (first === 'apiVersion' || first === 'kind' || keys.join('.') === 'metadata.name') return;
      changes.push(...wrongValues(keys.join('.'), keys.at(-1) ?? '', pair));
      const items = (path.at(-1) as { items?: unknown[] }).items;
      if (items && keys.length > 1) changes.push(leftOut(`${keys.join('.')} left out`, items, items.indexOf(pair)));
    },
    Seq(_key, list, path) {
      const where = path.flatMap((each) => keyOf(each)).join('.');
      list.items.forEach((item, index) => {
        changes.push(leftOut(`${where} without item ${index + 1}`, list.items, index));
        if (isScalar(item)) changes.push(...wrongValues(where, '', { value: item }));
      });
      if (isSeq(list) && list.items.length === 2) {
        const swap = () => void list.items.reverse();
        changes.push({ what: `${where} turned round`, make: swap, undo: swap });
      }
    },
  });
  return changes;
}

function keyOf(node: unknown): readonly string[] {
  const { key } = node as Partial<Pair>;
  return isScalar(key) ? [String(key.value)] : [];
}

function leftOut(what: string, items: unknown[], index: number): Change {
  const item = items[index];
  return { what, make: () => void items.splice(index, 1), undo: () => void items.splice(index, 0, item) };
}

function wrongValues(where: string, key: string, holder: { value?: unknown }): readonly Change[] {
  const node = holder.value;
  if (!isScalar(node)) return [];
  const right = node.value;
  const write = (value: unknown) => {
    node.value = value;
    delete node.source;
  };
  return slipsOf(key, right).map((wrong) => ({
    what: `${where}: ${String(right)} -> ${String(wrong)}`,
    make: () => write(wrong),
    undo: () => write(right),
  }));
}

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  protocol: ['HTTP', 'HTTPS', 'TLS', 'TCP'],
  mode: ['SIMPLE', 'ISTIO_MUTUAL', 'PASSTHROUGH', 'DISABLE'],
  resolution: ['NONE', 'STATIC', 'DNS'],
};

function slipsOf(key: string, value: unknown): readonly (string | number)[] {
  if (typeof value === 'number') return value === 443 ? [80, 8443] : value === 80 ? [443, 8080] : [value + 1];
  if (typeof value !== 'string') return [];
  const choices = CHOICES[key];
  if (choices) return choices.filter((each) => each !== value);
  if (value === 'mesh') return ['Mesh'];
  const isHost = /\.[a-z]+$/.test(value) && !value.endsWith('.svc.cluster.local');
  return [
    value.length > 3 ? value.slice(0, 2) + value.slice(3) : `${value}x`,
    ...(key === 'namespace' ? ['other'] : []),
    ...(value.includes('/') ? [value.slice(value.indexOf('/') + 1)] : []),
    ...(value.endsWith('.svc.cluster.local') ? [value.slice(0, -'.svc.cluster.local'.length)] : []),
    ...(isHost ? [`www.${value}`, `*${value.slice(value.indexOf('.'))}`] : []),
  ];
}

function written(documents: readonly Document[]): string {
  return documents.map((each) => String(each).replace(/^---\n/, '')).join('---\n');
}

/** The schemas that the API server holds of the kinds that are checked: generated data, made into nodes when first asked for. */
import { SCHEMA_DATA } from './data.generated.ts';

export type SchemaType = 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | 'int-or-string' | 'any';

export type Limits = readonly [min: number | null, max: number | null];

/** What a value may be. */
export interface SchemaNode {
  readonly type: SchemaType;
  readonly fields?: ReadonlyMap<string, SchemaNode>;
  /** Of every value, where keys are free. */
  readonly values?: SchemaNode;
  readonly items?: SchemaNode;
  readonly required: readonly string[];
  readonly enum?: readonly string[];
  readonly range?: Limits;
  /** In characters. */
  readonly length?: Limits;
  readonly itemCount?: Limits;
  readonly keyCount?: Limits;
  readonly pattern?: RegExp;
  readonly nullable: boolean;
  readonly format?: 'byte' | 'ipv4' | 'ipv6';
  /** Whether it is a duration of at least a millisecond. */
  readonly duration: boolean;
  /** Fields of which one at most may be there. */
  readonly exclusive: readonly (readonly string[])[];
  /** The fields that tell items apart; without any, the items themselves do. */
  readonly uniqueBy?: readonly string[];
}

export interface KindSchema {
  readonly spec: SchemaNode;
  /** Whether the API server takes no object without a `spec`. */
  readonly needsSpec: boolean;
}

/** As written by the generator: the meanings are those of `SchemaNode`. */
interface Written {
  readonly t: SchemaType;
  readonly p?: Readonly<Record<string, number>>;
  readonly v?: number;
  readonly i?: number;
  readonly r?: readonly string[];
  readonly e?: readonly string[];
  readonly m?: Limits;
  readonly l?: Limits;
  readonly n?: Limits;
  readonly q?: Limits;
  readonly x?: string;
  readonly u?: 1;
  readonly f?: 'byte' | 'ipv4' | 'ipv6';
  readonly d?: 1;
  readonly o?: readonly (readonly string[])[];
  readonly k?: readonly string[];
}

interface Data {
  readonly roots: Readonly<Record<string, { readonly spec: number; readonly required: boolean }>>;
  readonly nodes: readonly Written[];
}

/** The schema of a kind, by the name that it has here; undefined for kinds that are not checked. All served versions have the same. */
export const schemaOf = lazily(() => decode(JSON.parse(SCHEMA_DATA) as Data));

function lazily(make: () => ReadonlyMap<string, KindSchema>): (kind: string) => KindSchema | undefined {
  let made: ReadonlyMap<string, KindSchema> | undefined;
  return (kind) => {
    made ??= make();
    return made.get(kind);
  };
}

function decode({ roots, nodes }: Data): ReadonlyMap<string, KindSchema> {
  const made: SchemaNode[] = [];
  // A node comes after the nodes that it is made of.
  for (const each of nodes) made.push(nodeOf(each, made));
  return new Map(
    Object.entries(roots).flatMap(([kind, { spec, required }]) => {
      const node = made[spec];
      return node ? [[kind, { spec: node, needsSpec: required }] as const] : [];
    }),
  );
}

function nodeOf(written: Written, made: readonly SchemaNode[]): SchemaNode {
  const { t, p, v, i, r, e, m, l, n, q, x, u, f, d, o, k } = written;
  const at = (index: number | undefined) => (index === undefined ? undefined : made[index]);
  return {
    type: t,
    required: r ?? [],
    nullable: u === 1,
    duration: d === 1,
    exclusive: o ?? [],
    ...optional('fields', p && new Map(Object.entries(p).flatMap(([key, index]) => pair(key, at(index))))),
    ...optional('values', at(v)),
    ...optional('items', at(i)),
    ...optional('enum', e),
    ...optional('range', m),
    ...optional('length', l),
    ...optional('itemCount', n),
    ...optional('keyCount', q),
    ...optional('pattern', x === undefined ? undefined : new RegExp(x, 'u')),
    ...optional('format', f),
    ...optional('uniqueBy', k),
  };
}

function pair(key: string, node: SchemaNode | undefined): readonly (readonly [string, SchemaNode])[] {
  return node ? [[key, node]] : [];
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in K]?: V });
}

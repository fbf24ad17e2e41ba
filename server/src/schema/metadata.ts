/** What every object's metadata may hold (`ObjectMeta` of Kubernetes), as far as it is written in manifests. */
import type { SchemaNode, SchemaType } from './schema.ts';

const node = (type: SchemaType, more: Partial<SchemaNode> = {}): SchemaNode => ({
  type,
  required: [],
  nullable: true,
  duration: false,
  exclusive: [],
  ...more,
});

const TEXT = node('string');
const TEXTS = node('object', { values: TEXT });
const ANY = node('any');

/** The API server takes null for everything here. Unknown fields are none of its rejections: `kubectl` warns of them. */
export const METADATA: SchemaNode = node('object', {
  fields: new Map([
    ['name', TEXT],
    ['generateName', TEXT],
    ['namespace', TEXT],
    ['labels', TEXTS],
    ['annotations', TEXTS],
  ]),
  values: ANY,
});

/** Annotations that istiod sets, or that belong to other kinds: with one of these its webhook takes no object (`validateMetadata`). */
export const RESERVED_ANNOTATIONS: ReadonlySet<string> = new Set([
  'istio.io/dry-run',
  'internal.istio.io/webhook-always-reject',
  'internal.istio.io/parent-namespace',
  'internal.istio.io/parents',
]);

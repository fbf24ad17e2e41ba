/**
 * The schemas of Istio's and Gateway API's kinds, as compact data: from the CustomResourceDefinitions that lie beside the repository. Types,
 * enums, limits and required fields are taken; rules in CEL are written by hand in `server/src/schema`, so one that is not known here is an
 * error: somebody has to write it first.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { inProject } from '../lib/place.mjs';

const folder = '../shared/crds';

/** The kinds that are taken, by the group that they are of; the value is what the project calls them. */
const kinds = {
  'networking.istio.io': {
    VirtualService: 'VirtualService',
    Gateway: 'Gateway',
    ServiceEntry: 'ServiceEntry',
    WorkloadEntry: 'WorkloadEntry',
    DestinationRule: 'DestinationRule',
    Sidecar: 'Sidecar',
  },
  'gateway.networking.k8s.io': {
    Gateway: 'K8sGateway',
    HTTPRoute: 'HTTPRoute',
    TLSRoute: 'TLSRoute',
    ReferenceGrant: 'ReferenceGrant',
  },
};

/** Rules of Istio's kinds that hand-written checks hold; the rest are pairs of fields that exclude each other, and durations. */
const writtenByHand = new Set([
  'self.all(key, !key.contains("*"))',
  'self.all(key, key.size() != 0)',
  '!self.contains("*")',
  `!((has(self.addresses) ? self.addresses : []).exists(k, k.contains("/")) && !((has(self.resolution) ? self.resolution : "NONE") in ["STATIC", "NONE"]))`,
  `((has(self.resolution) ? self.resolution : "NONE") == "NONE") ? !has(self.endpoints) : true`,
  `((has(self.resolution) ? self.resolution : "") == "DNS_ROUND_ROBIN") ? ((has(self.endpoints) ? self.endpoints : []).size() <= 1) : true`,
  'has(self.address) || has(self.network)',
  '(has(self.address) ? self.address : "").startsWith("unix://") ? !has(self.ports) : true',
  'self.startsWith("unix://") ? (self.substring(7, 8) == "/" || self.substring(7, 8) == "@") : true',
  'self.startsWith("unix://") ? !self.endsWith("/") : true',
  'self.all(key, size(key) < 63 && key.matches("^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?$"))',
  '0 < self && self <= 65535',
  'self != "*"',
  'self.all(l1, self.exists_one(l2, l1.number == l2.number))',
]);

const DURATION = "duration(self) >= duration('1ms')";
const EITHER = /^\(has\(self\.(\w+)\) \? 1 : 0\) \+ \(has\(self\.(\w+)\) \? 1 : 0\) <= 1$/;

/** The definitions that lie beside the repository; undefined where they do not. */
export function definitionsBeside() {
  const files = ['istio.yaml', 'gateway-api.yaml'].map((name) => inProject(`${folder}/${name}`));
  if (!files.every((file) => existsSync(file))) return undefined;
  return files.flatMap((file) => parseAllDocuments(readFileSync(file, 'utf8')).map((each) => each.toJS()));
}

/** The module that holds the data. */
export function schemasModule(definitions) {
  const table = new Table();
  const roots = {};
  for (const { spec } of definitions.filter(Boolean)) {
    const name = kinds[spec.group]?.[spec.names.kind];
    if (name === undefined) continue;
    const stored = spec.versions.find((version) => version.storage).schema.openAPIV3Schema;
    const istio = spec.group === 'networking.istio.io';
    roots[name] = {
      spec: table.add(stored.properties.spec, `${name}.spec`, istio),
      required: (stored.required ?? []).includes('spec'),
    };
  }
  const data = JSON.stringify({ roots, nodes: table.nodes });
  return [
    '/** Schemas of the kinds that are checked, see `schema.ts` for the form. Written by `npm run generate`. */',
    '// biome-ignore format: data',
    `export const SCHEMA_DATA = '${data.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}';`,
    '',
  ].join('\n');
}

/** Nodes, each kind of node once: equal parts of schemas are one node. */
class Table {
  nodes = [];
  #index = new Map();

  add(schema, path, istio) {
    const node = this.#node(schema, path, istio);
    const key = JSON.stringify(node);
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    this.nodes.push(node);
    this.#index.set(key, this.nodes.length - 1);
    return this.nodes.length - 1;
  }

  #node(schema, path, istio) {
    const node = { t: typeOf(schema, path) };
    const properties = Object.entries(schema.properties ?? {});
    if (properties.length > 0) {
      node.p = Object.fromEntries(properties.map(([key, each]) => [key, this.add(each, `${path}.${key}`, istio)]));
    }
    if (typeof schema.additionalProperties === 'object')
      node.v = this.add(schema.additionalProperties, `${path}.*`, istio);
    if (schema.items) node.i = this.add(schema.items, `${path}[]`, istio);
    // What the API server fills in is not missing.
    const required = (schema.required ?? []).filter((key) => schema.properties?.[key]?.default === undefined);
    if (required.length > 0) node.r = required;
    if (schema.enum) node.e = schema.enum;
    limit(node, 'm', numberLimits(schema));
    limit(node, 'l', [schema.minLength, schema.maxLength]);
    limit(node, 'n', [schema.minItems, schema.maxItems]);
    limit(node, 'q', [schema.minProperties, schema.maxProperties]);
    if (schema.pattern) node.x = schema.pattern;
    if (schema.nullable) node.u = 1;
    if (['byte', 'ipv4', 'ipv6'].includes(schema.format)) node.f = schema.format;
    if (schema['x-kubernetes-list-type'] === 'map') node.k = schema['x-kubernetes-list-map-keys'];
    if (schema['x-kubernetes-list-type'] === 'set') node.k = [];
    const groups = [...exclusive(schema, path, istio)];
    for (const { rule } of schema['x-kubernetes-validations'] ?? []) {
      const [, a, b] = EITHER.exec(rule) ?? [];
      if (rule === DURATION) node.d = 1;
      else if (a !== undefined) groups.push([a, b]);
      else if (istio && !writtenByHand.has(rule.replace(/\s+/g, ' ').trim()))
        throw new Error(`${path}: nobody has written ${rule}`);
    }
    const own = [...new Map(groups.map((each) => [[...each].sort().join(), each])).values()];
    if (own.length > 0) node.o = own;
    return node;
  }
}

function typeOf(schema, path) {
  if (schema['x-kubernetes-int-or-string']) return 'int-or-string';
  if (schema['x-kubernetes-preserve-unknown-fields'] && !schema.properties) return 'any';
  if (schema.type === undefined) throw new Error(`${path}: no type`);
  return schema.type;
}

function numberLimits({ minimum, maximum, format }) {
  const [low, high] = format === 'int32' ? [-2147483648, 2147483647] : [undefined, undefined];
  return [minimum ?? low, maximum ?? high];
}

function limit(node, key, [from, to]) {
  if (from !== undefined || to !== undefined) node[key] = [from ?? null, to ?? null];
}

/** Fields of which one at most may be there: `oneOf` over `required`, with or without the case that none is. */
function exclusive(schema, path, istio) {
  if (!istio) return [];
  const parts = schema.oneOf ? [schema.oneOf] : (schema.allOf ?? []).map((each) => each.oneOf);
  return parts.map((part) => {
    const names = part?.flatMap((each) => (each.required?.length === 1 ? each.required : []));
    const none = part?.filter((each) => each.not?.anyOf?.every((one) => one.required?.length === 1)).length;
    if (!part || none !== 1 || names.length + none !== part.length) throw new Error(`${path}: a oneOf of another form`);
    return names;
  });
}

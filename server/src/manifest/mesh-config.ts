/** The mesh configuration, where it is in an IstioOperator or in the `istio` ConfigMap. */
import { parseDocuments } from '../yaml/documents.ts';
import { Notes, Obj } from './object.ts';
import { compact } from './optional.ts';
import type { Field, List, MeshConfig, MeshConfigResource, NamespaceSelector, Range, ResourceBase } from './types.ts';

/** From `spec.meshConfig`; undefined where it says nothing. */
export function readIstioOperator(base: ResourceBase, spec: Obj | undefined): MeshConfigResource | undefined {
  const config = spec?.object('meshConfig');
  if (!config) return undefined;
  return { ...base, kind: 'MeshConfig', source: 'IstioOperator', config: readConfig(config, (range) => range) };
}

/** From `data.mesh`, which is YAML in a text: every range is that of the text. */
export function readIstioConfigMap(base: ResourceBase, data: Obj | undefined): MeshConfigResource | undefined {
  const mesh = data?.get('mesh');
  if (!base.name.value?.startsWith('istio') || mesh?.kind !== 'scalar') return undefined;
  const [document] = parseDocuments(mesh.text).documents;
  if (document?.root?.kind !== 'mapping') return undefined;
  const config = readConfig(new Obj(new Notes(mesh.text), document.root), () => mesh.range);
  return { ...base, kind: 'MeshConfig', source: 'ConfigMap', config };
}

function selectors(config: Obj, place: (range: Range) => Range): List<NamespaceSelector> | undefined {
  const found = config.list('discoverySelectors', (each): NamespaceSelector => {
    const labels = each.labels('matchLabels');
    return compact({
      matchLabels: labels && { value: labels.value, range: place(labels.range) },
      hasExpressions: each.get('matchExpressions') !== undefined,
    });
  });
  return found && { range: place(found.range), items: found.items };
}

function readConfig(config: Obj, place: (range: Range) => Range): MeshConfig {
  const moved = <T>(field: Field<T> | undefined) => field && { value: field.value, range: place(field.range) };
  const list = (field: List<Field<string>> | undefined) =>
    field && {
      range: place(field.range),
      items: field.items.map((each) => ({ value: each.value, range: place(each.range) })),
    };
  return compact({
    outboundTrafficPolicy: moved(config.object('outboundTrafficPolicy')?.constant('mode')),
    rootNamespace: moved(config.string('rootNamespace')),
    trustDomain: moved(config.string('trustDomain')),
    enableAutoMtls: moved(config.boolean('enableAutoMtls')),
    defaultServiceExportTo: list(config.strings('defaultServiceExportTo')),
    defaultVirtualServiceExportTo: list(config.strings('defaultVirtualServiceExportTo')),
    defaultDestinationRuleExportTo: list(config.strings('defaultDestinationRuleExportTo')),
    dnsCapture: moved(config.object('defaultConfig')?.object('proxyMetadata')?.string('ISTIO_META_DNS_CAPTURE')),
    discoverySelectors: selectors(config, place),
  });
}

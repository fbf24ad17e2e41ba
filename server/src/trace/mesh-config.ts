/** The parts of the mesh configuration that decide routing, with Istio's defaults (`pkg/config/mesh/mesh.go`). */
import type { Field, List, MeshConfig } from '../manifest/types.ts';
import { inConfigOrder, once, type Plane, stable } from './plane.ts';

export type OutboundMode = 'ALLOW_ANY' | 'REGISTRY_ONLY';

export interface RoutingConfig {
  readonly rootNamespace: string;
  /** `undefined` where neither settings nor YAML tell; Istio's default is ALLOW_ANY. */
  readonly outboundPolicy: OutboundMode | undefined;
  readonly autoMtls: boolean;
  readonly clusterDomain: string;
  /** What short names are completed with; may be empty (see `Plane`). */
  readonly shortNameDomain: string;
  readonly defaultExportTo: {
    readonly service: ReadonlySet<string>;
    readonly virtualService: ReadonlySet<string>;
    readonly destinationRule: ReadonlySet<string>;
  };
}

/** Settings go before the mesh configuration in the workspace, which goes before the defaults. */
export function routingConfig(plane: Plane): RoutingConfig {
  return once(plane, routingConfig, undefined, () => configuration(plane));
}

function configuration(plane: Plane): RoutingConfig {
  return stable(plane, 'mesh configuration', ({ reader, shortNameDomain }) => {
    const config: MeshConfig | undefined = inConfigOrder(reader.all('MeshConfig'))[0]?.resource.config;
    const { settings } = reader;
    return {
      rootNamespace: settings.rootNamespace ?? config?.rootNamespace?.value ?? 'istio-system',
      outboundPolicy: settings.outboundTrafficPolicy ?? outboundMode(config?.outboundTrafficPolicy),
      autoMtls: config?.enableAutoMtls?.value ?? true,
      clusterDomain: settings.clusterDomain,
      shortNameDomain: shortNameDomain ?? settings.clusterDomain,
      defaultExportTo: {
        service: exportSet(config?.defaultServiceExportTo),
        virtualService: exportSet(config?.defaultVirtualServiceExportTo),
        destinationRule: exportSet(config?.defaultDestinationRuleExportTo),
      },
    };
  });
}

function outboundMode(written: Field<string> | undefined): OutboundMode | undefined {
  const mode = written?.value;
  return mode === 'ALLOW_ANY' || mode === 'REGISTRY_ONLY' ? mode : undefined;
}

function exportSet(written: List<Field<string>> | undefined): ReadonlySet<string> {
  return new Set(written ? written.items.flatMap((each) => each.value ?? []) : ['*']);
}

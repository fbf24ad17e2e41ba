/** What a mesh is told about what is not in YAML. */
import type { EgressGatewaySetting, Settings } from './settings.ts';

/** An egress gateway's Service and pods that are assumed or declared, not read. */
export interface DeclaredGateway {
  readonly namespace: string;
  readonly service: string;
  /** Labels of the pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly port: number; readonly targetPort: number; readonly name?: string }[];
  /** `declared` in the settings, or the `standard` install. */
  readonly source: 'declared' | 'standard';
}

/** A gateway's pods that are known without YAML; equal ones count as one. */
export interface KnownPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Named container ports. */
  readonly ports: Readonly<Record<string, number>>;
}

/** What is known of a whole cluster beyond its YAML; no settings file can say it. */
export interface KnownCluster {
  /** All gateway pods. Where absent, they are worked out from workloads, Services and `gateways`. */
  readonly pods?: readonly KnownPod[];
  /**
   * The domain that istiod adds to short names in VirtualServices and DestinationRules; the cluster's where absent, as istiod is installed.
   * Empty for a control plane that was started without one: then a short name becomes `name.namespace`, which is no Service's name.
   */
  readonly shortNameDomain?: string;
  /** `none` where the cluster has no Secrets. Otherwise they are taken for there: they are hardly ever in files. */
  readonly secrets?: 'none';
  /** `stored` where objects were judged as the stored version of their kind has it. An API server judges each as the version that it is written in. */
  readonly judgedAs?: 'stored';
}

export interface MeshSettings extends KnownCluster {
  /** Of Istio, where the settings tell it: `1.27`. */
  readonly istioVersion?: string;
  /** `cluster.local` unless told otherwise. */
  readonly clusterDomain: string;
  /** `istio-system` unless told otherwise; a mesh configuration in the workspace goes before the default. */
  readonly rootNamespace: string | undefined;
  readonly outboundTrafficPolicy: 'REGISTRY_ONLY' | 'ALLOW_ANY' | undefined;
  readonly gateways: readonly DeclaredGateway[];
  /** `Kind namespace/name` or `Kind namespace/*`, and for hosts `ServiceEntry host`: lives elsewhere. */
  readonly external: readonly string[];
  /** Namespaces that are wholly in the workspace; `*` for all. */
  readonly complete: readonly string[];
  /** Namespaces that call, beside those that resources are in. */
  readonly clients: readonly string[];
  /** Whether what a reader of the schemas can see is reported. Absent where it is. */
  readonly schema?: 'on' | 'off';
}

/** The classic install (`manifests/charts/gateways/istio-egress`): the namespace and ports of the `demo` profile. */
export const STANDARD_INSTALL: DeclaredGateway = {
  namespace: 'istio-system',
  service: 'istio-egressgateway',
  labels: { app: 'istio-egressgateway', istio: 'egressgateway' },
  ports: [
    { name: 'http2', port: 80, targetPort: 8080 },
    { name: 'https', port: 443, targetPort: 8443 },
  ],
  source: 'standard',
};

export const DEFAULT_MESH_SETTINGS: MeshSettings = {
  clusterDomain: 'cluster.local',
  rootNamespace: undefined,
  outboundTrafficPolicy: undefined,
  gateways: [STANDARD_INSTALL],
  external: [],
  complete: [],
  clients: [],
};

/**
 * What the settings say of a mesh. The standard install stays assumed beside declared gateways, unless one of those has a Service of the
 * same name: then that is where it is installed; or its namespace is wholly in the workspace: then it is there or nowhere. A `service` without a namespace is taken to be in `istio-system`.
 */
export function meshSettings(settings: Settings): MeshSettings {
  const declared = settings.egressGateways.map(declaredGateway);
  const moved = declared.some((each) => each.service === STANDARD_INSTALL.service);
  const isHere = settings.complete.some((each) => each === '*' || each === STANDARD_INSTALL.namespace);
  return {
    ...(settings.istio.version === undefined ? {} : { istioVersion: settings.istio.version }),
    clusterDomain: settings.istio.clusterDomain ?? DEFAULT_MESH_SETTINGS.clusterDomain,
    rootNamespace: settings.istio.rootNamespace,
    outboundTrafficPolicy: settings.istio.outboundTrafficPolicy,
    gateways: moved || isHere ? declared : [...declared, STANDARD_INSTALL],
    external: settings.external,
    complete: settings.complete,
    clients: settings.clients,
    ...(settings.schema === 'off' ? { schema: 'off' as const } : {}),
  };
}

function declaredGateway({ service, selector, ports }: EgressGatewaySetting): DeclaredGateway {
  const slash = service.indexOf('/');
  return {
    namespace: slash < 0 ? STANDARD_INSTALL.namespace : service.slice(0, slash),
    service: service.slice(slash + 1),
    labels: selector,
    ports: ports.map((each) => {
      const written = typeof each === 'number' ? { port: each, targetPort: each } : each;
      // A Service with several ports names each, and its endpoints are told apart by these names.
      return { name: `port-${written.port}`, ...written };
    }),
    source: 'declared',
  };
}

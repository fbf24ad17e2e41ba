/** What istioctl and Kiali check, and where it is here: the codes that no rule covers, each with the reason. */

/** @typedef {{code: string, name: string, why: string}} LeftOut */

/** `istioctl analyze`: https://istio.io/latest/docs/reference/config/analysis/ */
export const ISTIOCTL_LEFT_OUT = [
  ['IST0002', 'Deprecated', 'Names fields that decide nothing on the way out of the mesh.'],
  ['IST0107', 'MisplacedAnnotation', 'Annotations are read only where they decide routing.'],
  ['IST0108', 'UnknownAnnotation', 'Annotations are read only where they decide routing.'],
  ['IST0116', 'DeploymentAssociatedToMultipleServices', 'About what comes into a pod.'],
  ['IST0118', 'PortNameIsNotUnderNamingConvention', 'Sidecars see the protocol by themselves: nothing fails.'],
  ['IST0125', 'InvalidAnnotation', 'Annotations are read only where they decide routing.'],
  ['IST0127', 'NoMatchingWorkloadsFound', 'About AuthorizationPolicies, of which only whom they select is read.'],
  [
    'IST0128',
    'NoServerCertificateVerificationDestinationLevel',
    "Without `caCertificates` proxies use the system's certificates: nothing fails.",
  ],
  [
    'IST0129',
    'NoServerCertificateVerificationPortLevel',
    "Without `caCertificates` proxies use the system's certificates: nothing fails.",
  ],
  ['IST0133', 'SchemaWarning', 'Says what other rules here say better: old gateway names, missing addresses.'],
  ['IST0135', 'DeprecatedAnnotation', 'Annotations are read only where they decide routing.'],
  ['IST0137', 'DeploymentConflictingPorts', 'About what comes into a pod.'],
  [
    'IST0138',
    'GatewayDuplicateCertificate',
    'About browsers that share connections between hosts, at ingress gateways. Sidecars do not.',
  ],
  [
    'IST0140',
    'IngressRouteRulesNotAffected',
    'It also tells of right routes: a subset of the external host on the leg of the gateway.',
  ],
  ['IST0149', 'JwtClaimBasedRoutingWithoutRequestAuthN', 'About tokens of callers, at ingress gateways.'],
  [
    'IST0150',
    'ExternalNameServiceTypeInvalidPortName',
    'An ExternalName Service is an alias to current versions: its port names decide nothing.',
  ],
  ['IST0161', 'InvalidGatewayCredential', 'Secrets are not read.'],
  [
    'IST0165',
    'ReferencedInternalGateway',
    'Nobody writes the name of a gateway that istiod made for itself; as a name it is reported.',
  ],
  ['IST0167', 'IneffectivePolicy', 'A Sidecar in an ambient namespace has no effect and does no harm.'],
  ['IST0170', 'MultiClusterInconsistentService', 'Several clusters are apply sets of their own, and not compared.'],
  ['IST0171', 'NegativeConditionStatus', 'The status of resources is in the cluster alone.'],
].map(toLeftOut);

/** Kiali: https://kiali.io/docs/features/validations/ */
export const KIALI_LEFT_OUT = [
  ['KIA0005', 'exportTo names no known namespace', 'A namespace that is not here may be anywhere else.'],
  [
    'KIA0204',
    'mTLS settings of a non-local DestinationRule are overridden',
    'That a narrower DestinationRule goes first is how it is meant.',
  ],
  ['KIA0205', 'PeerAuthentication for the mesh is missing', 'About mutual TLS inside the mesh.'],
  ['KIA0206', 'PeerAuthentication for the namespace is missing', 'About mutual TLS inside the mesh.'],
  ['KIA0207', 'PeerAuthentication is strict', 'About mutual TLS inside the mesh.'],
  ['KIA0208', 'PeerAuthentication is not permissive', 'About mutual TLS inside the mesh.'],
  ['KIA0209', 'Subset without labels', 'Right and usual for an egress gateway.'],
  ['KIA0210', 'DestinationRule needs a waypoint', 'DestinationRules of ambient namespaces are not checked.'],
  [
    'KIA0211',
    'DestinationRule for a Service without a waypoint',
    'DestinationRules of ambient namespaces are not checked.',
  ],
  [
    'KIA0212',
    'DestinationRule is in another namespace than its ambient Service',
    'DestinationRules of ambient namespaces are not checked.',
  ],
  ['KIA0601', 'Port name', 'Sidecars see the protocol by themselves: nothing fails.'],
  ['KIA0602', 'Port appProtocol', 'Sidecars see the protocol by themselves: nothing fails.'],
  ['KIA1006', 'Sidecar of the root namespace with a selector', 'Right where pods of the root namespace are meant.'],
  ['KIA1108', 'Preferred form of a gateway name', 'Both forms mean the same.'],
  ['KIA1114', 'VirtualService is in another namespace than its ambient Service', 'Waypoints are not followed.'],
  [
    'KIA1401',
    'Route for a Gateway API gateway that does not exist',
    'Routes of Gateway API are read, and not yet checked.',
  ],
  ['KIA1402', 'Route for a Service that does not exist', 'Routes of Gateway API are read, and not yet checked.'],
].map(toLeftOut);

/** Names of the codes that rules cover, for the table. */
export const NAMES = {
  IST0101: 'ReferencedResourceNotFound',
  IST0106: 'SchemaValidationError',
  IST0109: 'ConflictingMeshGatewayVirtualServiceHosts',
  IST0110: 'ConflictingSidecarWorkloadSelectors',
  IST0111: 'MultipleSidecarsWithoutWorkloadSelectors',
  IST0112: 'VirtualServiceDestinationPortSelectorRequired',
  IST0130: 'VirtualServiceUnreachableRule',
  IST0131: 'VirtualServiceIneffectiveMatch',
  IST0132: 'VirtualServiceHostNotFoundInGateway',
  IST0134: 'ServiceEntryAddressesRequired',
  IST0145: 'ConflictingGateways',
  IST0162: 'GatewayPortNotDefinedOnService',
  IST0173: 'DestinationRuleSubsetNotSelectPods',
  IST0174: 'UnknownDestinationRuleHost',
  IST0177: 'ConflictingServiceEntryProtocol',
  KIA0002: 'Several Sidecars without a selector',
  KIA0003: 'Several Sidecars for a workload',
  KIA0004: 'No workload for the selector',
  KIA0201: 'Several DestinationRules for a host and subset',
  KIA0202: 'Host of a DestinationRule not found',
  KIA0203: 'Labels of a subset not found',
  KIA0301: 'Several Gateways for a host and port',
  KIA0302: 'No workload for the selector of a Gateway',
  KIA0701: 'No Deployment for the port of a Service',
  KIA1004: 'Host of a Sidecar not found',
  KIA1007: 'Outbound policy without a mode',
  KIA1101: 'Host of a destination not found',
  KIA1102: 'Gateway not found',
  KIA1103: 'Host not in the Gateway',
  KIA1104: 'Weight of a single destination',
  KIA1105: 'Destination that is there twice',
  KIA1106: 'Several VirtualServices for a host',
  KIA1107: 'Subset not found',
  KIA1109: 'VirtualService needs a waypoint',
  KIA1113: 'VirtualService for a Service without a waypoint',
  KIA1211: 'Several ServiceEntries for a host and port',
  KIA1212: 'ServiceEntries with conflicting protocols',
};

function toLeftOut([code, name, why]) {
  return { code, name, why };
}

/** The page that says which rule covers a code. */
export function peersPage(rules) {
  return `# Codes of istioctl and Kiali

Which rule here covers what \`istioctl analyze\` (IST) and Kiali (KIA) check about VirtualServices, Gateways, ServiceEntries, DestinationRules, Sidecars
and Services, and what is left out, and why. The rules look at what Istio does, not at
what the others say: where a message of theirs tells of something that works, no rule repeats it.

${section('IST', rules, ISTIOCTL_LEFT_OUT)}

${section('KIA', rules, KIALI_LEFT_OUT)}
`;
}

function section(prefix, rules, leftOut) {
  const covered = new Map();
  for (const rule of rules)
    for (const code of rule.covers.filter((each) => each.startsWith(prefix)))
      covered.set(code, [...(covered.get(code) ?? []), rule.code]);
  const rows = [
    ...[...covered].map(([code, codes]) => [
      code,
      name(code),
      codes.map((each) => `[\`${each}\`](${each}.md)`).join(', '),
    ]),
    ...leftOut
      .filter(({ code }) => !covered.has(code))
      .map(({ code, name: title, why }) => [code, title, `Left out. ${why}`]),
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  const title = prefix === 'IST' ? '## istioctl analyze' : '## Kiali';
  return [
    title,
    '',
    '| Code | Checks | Here |',
    '| --- | --- | --- |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

function name(code) {
  return NAMES[code] ?? [...ISTIOCTL_LEFT_OUT, ...KIALI_LEFT_OUT].find((each) => each.code === code)?.name ?? '';
}

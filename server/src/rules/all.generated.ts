/** All rules, one per file of this folder. Written by `npm run generate`. */
import { rule as apiVersionOutdated } from './api-version-outdated.ts';
import { rule as authorizationPolicyWithoutIdentity } from './authorization-policy-without-identity.ts';
import { rule as callFails } from './call-fails.ts';
import { rule as credentialIgnoredBySidecar } from './credential-ignored-by-sidecar.ts';
import { rule as destinationHidden } from './destination-hidden.ts';
import { rule as destinationHostNotFound } from './destination-host-not-found.ts';
import { rule as destinationPortImplied } from './destination-port-implied.ts';
import { rule as destinationPortMissing } from './destination-port-missing.ts';
import { rule as destinationPortNotFound } from './destination-port-not-found.ts';
import { rule as destinationRuleHostNotFound } from './destination-rule-host-not-found.ts';
import { rule as destinationRulePartlyIgnored } from './destination-rule-partly-ignored.ts';
import { rule as documentNotParsed } from './document-not-parsed.ts';
import { rule as exportToInvalid } from './export-to-invalid.ts';
import { rule as fieldRequired } from './field-required.ts';
import { rule as fieldUnknown } from './field-unknown.ts';
import { rule as fieldsConflict } from './fields-conflict.ts';
import { rule as fileTooLarge } from './file-too-large.ts';
import { rule as gatewayBypassed } from './gateway-bypassed.ts';
import { rule as gatewayClassNotIstio } from './gateway-class-not-istio.ts';
import { rule as gatewayHopPlaintext } from './gateway-hop-plaintext.ts';
import { rule as gatewayLegMissing } from './gateway-leg-missing.ts';
import { rule as gatewayNameInvalid } from './gateway-name-invalid.ts';
import { rule as gatewayNotFound } from './gateway-not-found.ts';
import { rule as gatewayPortNotOpen } from './gateway-port-not-open.ts';
import { rule as gatewayRedirectsToHttps } from './gateway-redirects-to-https.ts';
import { rule as gatewaySelectorMismatch } from './gateway-selector-mismatch.ts';
import { rule as gatewaySelectsNoPod } from './gateway-selects-no-pod.ts';
import { rule as gatewayTlsForAllHosts } from './gateway-tls-for-all-hosts.ts';
import { rule as gatewayUnused } from './gateway-unused.ts';
import { rule as hopTlsMismatch } from './hop-tls-mismatch.ts';
import { rule as hostInvalid } from './host-invalid.ts';
import { rule as hostNotDeclared } from './host-not-declared.ts';
import { rule as hostNotServed } from './host-not-served.ts';
import { rule as keyDuplicated } from './key-duplicated.ts';
import { rule as listenerNotProgrammed } from './listener-not-programmed.ts';
import { rule as matchGatewayNotListed } from './match-gateway-not-listed.ts';
import { rule as matchPortMismatch } from './match-port-mismatch.ts';
import { rule as matchSourceAtGateway } from './match-source-at-gateway.ts';
import { rule as matchSourceIgnored } from './match-source-ignored.ts';
import { rule as meshLegMissing } from './mesh-leg-missing.ts';
import { rule as meshMissing } from './mesh-missing.ts';
import { rule as meshWithWildcardHost } from './mesh-with-wildcard-host.ts';
import { rule as nameInvalid } from './name-invalid.ts';
import { rule as namespaceNotDiscovered } from './namespace-not-discovered.ts';
import { rule as networkPolicyWithoutDns } from './network-policy-without-dns.ts';
import { rule as outboundPolicyAllowsAny } from './outbound-policy-allows-any.ts';
import { rule as plainHttpToTlsPort } from './plain-http-to-tls-port.ts';
import { rule as portNotDeclared } from './port-not-declared.ts';
import { rule as portNotRouted } from './port-not-routed.ts';
import { rule as referenceGrantMissing } from './reference-grant-missing.ts';
import { rule as requestNotRouted } from './request-not-routed.ts';
import { rule as resolutionNoneAtGateway } from './resolution-none-at-gateway.ts';
import { rule as routeBackendInvalid } from './route-backend-invalid.ts';
import { rule as routeBlockMismatch } from './route-block-mismatch.ts';
import { rule as routeHostnameMismatch } from './route-hostname-mismatch.ts';
import { rule as routeKindDisabled } from './route-kind-disabled.ts';
import { rule as routeLoops } from './route-loops.ts';
import { rule as routeNotAdmitted } from './route-not-admitted.ts';
import { rule as routeParentNotFound } from './route-parent-not-found.ts';
import { rule as routeReachesNoClient } from './route-reaches-no-client.ts';
import { rule as routeRuleUnreachable } from './route-rule-unreachable.ts';
import { rule as routeWeightIgnored } from './route-weight-ignored.ts';
import { rule as routeWithoutWaypoint } from './route-without-waypoint.ts';
import { rule as ruleAddressesOverlap } from './rule-addresses-overlap.ts';
import { rule as serverHostMissing } from './server-host-missing.ts';
import { rule as serverModeMismatch } from './server-mode-mismatch.ts';
import { rule as serverNameNotTaken } from './server-name-not-taken.ts';
import { rule as serversConflict } from './servers-conflict.ts';
import { rule as serviceEntryAddressMissing } from './service-entry-address-missing.ts';
import { rule as serviceEntryConflict } from './service-entry-conflict.ts';
import { rule as serviceEntryDuplicated } from './service-entry-duplicated.ts';
import { rule as serviceEntryHiddenFromClients } from './service-entry-hidden-from-clients.ts';
import { rule as serviceEntryHiddenFromGateway } from './service-entry-hidden-from-gateway.ts';
import { rule as serviceEntryWildcardDns } from './service-entry-wildcard-dns.ts';
import { rule as serviceEntryWithoutEndpoints } from './service-entry-without-endpoints.ts';
import { rule as serviceWithoutPods } from './service-without-pods.ts';
import { rule as settingIgnored } from './setting-ignored.ts';
import { rule as settingOutdated } from './setting-outdated.ts';
import { rule as sidecarConflict } from './sidecar-conflict.ts';
import { rule as sidecarHidesRoute } from './sidecar-hides-route.ts';
import { rule as sidecarHostNotFound } from './sidecar-host-not-found.ts';
import { rule as sidecarListenerInvalid } from './sidecar-listener-invalid.ts';
import { rule as sidecarOutboundPolicyEmpty } from './sidecar-outbound-policy-empty.ts';
import { rule as sidecarRouteInAmbient } from './sidecar-route-in-ambient.ts';
import { rule as sidecarSelectsNoPod } from './sidecar-selects-no-pod.ts';
import { rule as sniHostNotCovered } from './sni-host-not-covered.ts';
import { rule as subsetNotFound } from './subset-not-found.ts';
import { rule as subsetWithoutEndpoints } from './subset-without-endpoints.ts';
import { rule as suppressionUnknownCode } from './suppression-unknown-code.ts';
import { rule as suppressionUnused } from './suppression-unused.ts';
import { rule as tcpPortSeveralHosts } from './tcp-port-several-hosts.ts';
import { rule as tcpRuleShadowed } from './tcp-rule-shadowed.ts';
import { rule as tlsInTls } from './tls-in-tls.ts';
import { rule as tlsSettingsInvalid } from './tls-settings-invalid.ts';
import { rule as valueDuplicated } from './value-duplicated.ts';
import { rule as valueInvalid } from './value-invalid.ts';
import { rule as valueNotAllowed } from './value-not-allowed.ts';
import { rule as valueOutOfRange } from './value-out-of-range.ts';
import { rule as valueWrongType } from './value-wrong-type.ts';
import { rule as virtualServiceHiddenFromGateway } from './virtual-service-hidden-from-gateway.ts';
import { rule as virtualServiceHostAddress } from './virtual-service-host-address.ts';
import { rule as virtualServiceHostDuplicated } from './virtual-service-host-duplicated.ts';
import { rule as weightsZero } from './weights-zero.ts';
import type { Rule } from './rule.ts';

export const allRules: readonly Rule[] = [
  apiVersionOutdated,
  authorizationPolicyWithoutIdentity,
  callFails,
  credentialIgnoredBySidecar,
  destinationHidden,
  destinationHostNotFound,
  destinationPortImplied,
  destinationPortMissing,
  destinationPortNotFound,
  destinationRuleHostNotFound,
  destinationRulePartlyIgnored,
  documentNotParsed,
  exportToInvalid,
  fieldRequired,
  fieldUnknown,
  fieldsConflict,
  fileTooLarge,
  gatewayBypassed,
  gatewayClassNotIstio,
  gatewayHopPlaintext,
  gatewayLegMissing,
  gatewayNameInvalid,
  gatewayNotFound,
  gatewayPortNotOpen,
  gatewayRedirectsToHttps,
  gatewaySelectorMismatch,
  gatewaySelectsNoPod,
  gatewayTlsForAllHosts,
  gatewayUnused,
  hopTlsMismatch,
  hostInvalid,
  hostNotDeclared,
  hostNotServed,
  keyDuplicated,
  listenerNotProgrammed,
  matchGatewayNotListed,
  matchPortMismatch,
  matchSourceAtGateway,
  matchSourceIgnored,
  meshLegMissing,
  meshMissing,
  meshWithWildcardHost,
  nameInvalid,
  namespaceNotDiscovered,
  networkPolicyWithoutDns,
  outboundPolicyAllowsAny,
  plainHttpToTlsPort,
  portNotDeclared,
  portNotRouted,
  referenceGrantMissing,
  requestNotRouted,
  resolutionNoneAtGateway,
  routeBackendInvalid,
  routeBlockMismatch,
  routeHostnameMismatch,
  routeKindDisabled,
  routeLoops,
  routeNotAdmitted,
  routeParentNotFound,
  routeReachesNoClient,
  routeRuleUnreachable,
  routeWeightIgnored,
  routeWithoutWaypoint,
  ruleAddressesOverlap,
  serverHostMissing,
  serverModeMismatch,
  serverNameNotTaken,
  serversConflict,
  serviceEntryAddressMissing,
  serviceEntryConflict,
  serviceEntryDuplicated,
  serviceEntryHiddenFromClients,
  serviceEntryHiddenFromGateway,
  serviceEntryWildcardDns,
  serviceEntryWithoutEndpoints,
  serviceWithoutPods,
  settingIgnored,
  settingOutdated,
  sidecarConflict,
  sidecarHidesRoute,
  sidecarHostNotFound,
  sidecarListenerInvalid,
  sidecarOutboundPolicyEmpty,
  sidecarRouteInAmbient,
  sidecarSelectsNoPod,
  sniHostNotCovered,
  subsetNotFound,
  subsetWithoutEndpoints,
  suppressionUnknownCode,
  suppressionUnused,
  tcpPortSeveralHosts,
  tcpRuleShadowed,
  tlsInTls,
  tlsSettingsInvalid,
  valueDuplicated,
  valueInvalid,
  valueNotAllowed,
  valueOutOfRange,
  valueWrongType,
  virtualServiceHiddenFromGateway,
  virtualServiceHostAddress,
  virtualServiceHostDuplicated,
  weightsZero,
];

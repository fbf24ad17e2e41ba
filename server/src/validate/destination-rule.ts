/** `ValidateDestinationRule` in `pkg/config/validation/validation.go`, and the schema's rules. */
import type { ClientTls, DestinationRule, PortTrafficPolicy, TrafficPolicy } from '../manifest/types.ts';
import { exportToRejections } from './export-to.ts';
import { isDnsLabel, labelsProblemIn, selectorProblem, wildcardDomainProblem } from './names.ts';
import { check, type Rejection, when } from './rejection.ts';

const MODES: readonly string[] = ['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'];

export function destinationRuleRejections(resource: DestinationRule, namespace: string): readonly Rejection[] {
  const { name, host, trafficPolicy, subsets, workloadSelector } = resource;
  const names = new Set<string>();
  return [
    ...when(!host, name.range, 'empty domain name not allowed'),
    ...check(host, wildcardDomainProblem),
    ...(trafficPolicy ? policyRejections(trafficPolicy) : []),
    ...(subsets?.items ?? []).flatMap((subset) => {
      const own = subset.name?.value;
      const duplicate = own !== undefined && names.has(own);
      if (own !== undefined) names.add(own);
      return [
        ...when(!subset.name, subset.range, 'subset name cannot be empty'),
        ...when(duplicate, subset.range, `duplicate subset names: ${own ?? ''}`),
        ...check(subset.name, (value) =>
          isDnsLabel(value)
            ? undefined
            : value === ''
              ? 'subset name cannot be empty'
              : `subset name is invalid: ${value}`,
        ),
        ...check(subset.labels, labelsProblemIn),
        ...(subset.trafficPolicy ? policyRejections(subset.trafficPolicy) : []),
      ];
    }),
    ...check(workloadSelector, selectorProblem),
    ...exportToRejections(resource.exportTo, namespace, workloadSelector ? 'rule-with-selector' : 'other'),
  ];
}

function policyRejections(policy: TrafficPolicy): readonly Rejection[] {
  const { range, tls, portLevelSettings, loadBalancer, connectionPool, outlierDetection, tunnel, proxyProtocol } =
    policy;
  const { retryBudget } = policy;
  const some =
    tls ??
    portLevelSettings ??
    loadBalancer ??
    connectionPool ??
    outlierDetection ??
    tunnel ??
    proxyProtocol ??
    retryBudget;
  return [
    ...when(!some, range, 'traffic policy must have at least one field'),
    ...when(tunnel && proxyProtocol, range, 'tunnel and proxyProtocol must not be set together'),
    ...(tls ? tlsRejections(tls) : []),
    ...(portLevelSettings?.items ?? []).flatMap(portRejections),
  ];
}

function portRejections(settings: PortTrafficPolicy): readonly Rejection[] {
  const { range, port, tls, loadBalancer, connectionPool, outlierDetection } = settings;
  return [
    ...when(!port, range, 'portTrafficPolicy must have valid port'),
    ...when(
      !(tls ?? loadBalancer ?? connectionPool ?? outlierDetection),
      range,
      'port traffic policy must have at least one field',
    ),
    ...(tls ? tlsRejections(tls) : []),
  ];
}

/** `agent.ValidateTLS`. */
function tlsRejections(tls: ClientTls): readonly Rejection[] {
  const { range, mode, credentialName, clientCertificate, privateKey, caCertificates, subjectAltNames } = tls;
  const set = (field: typeof mode) => field !== undefined && field.value !== '';
  const value = mode?.value;
  const names = (subjectAltNames?.items.length ?? 0) > 0;
  const skip = tls.insecureSkipVerify?.value === true;
  const wrongMode = check(mode, (each) => (MODES.includes(each) ? undefined : `Unsupported value: "${each}"`));
  const skipping = [
    ...when(
      skip && value === 'SIMPLE' && (set(caCertificates) || set(credentialName) || names),
      range,
      'cannot specify CaCertificates or CredentialName or SubjectAltNames when InsecureSkipVerify is set true',
    ),
    ...when(
      skip && value === 'MUTUAL' && (set(caCertificates) || names),
      range,
      'cannot specify CaCertificates or SubjectAltNames when InsecureSkipVerify is set true',
    ),
  ];
  if ((value === 'SIMPLE' || value === 'MUTUAL') && set(credentialName))
    return [
      ...skipping,
      ...when(
        set(clientCertificate) || set(caCertificates) || set(privateKey),
        range,
        'cannot specify client certificates or CA certificate or CA CRL If credentialName is set',
      ),
    ];
  return [
    ...wrongMode,
    ...skipping,
    ...when(value === 'MUTUAL' && !set(clientCertificate), range, 'client certificate required for mutual tls'),
    ...when(value === 'MUTUAL' && !set(privateKey), range, 'private key required for mutual tls'),
  ];
}

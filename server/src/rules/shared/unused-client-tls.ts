/** TLS that a DestinationRule means to add to plain calls, and does not. */
import type { DestinationRule, ExportTo } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { visibleTo } from '../../mesh/visibility.ts';
import type { ClusterName } from '../../trace/cluster-names.ts';
import { destinationRuleFor, type MergedRule } from '../../trace/destination-rules.ts';
import { routingConfig } from '../../trace/mesh-config.ts';
import type { MeshService } from '../../trace/model.ts';
import { type MeshProxy, sidecarProxy } from '../../trace/proxy.ts';
import { servicesOfHost } from '../../trace/registry.ts';
import { serviceInScope } from '../../trace/scope-services.ts';
import type { CallReport, Failure } from '../rule.ts';
import { settingsOf, type TlsSetting, tlsSettings } from './client-tls.ts';
import { mayBeWith, proxiesText, type WrittenDestination } from './failing-proxy.ts';
import { qualified } from './message.ts';
import { canMove, moveTo } from './move-resource.ts';

/** A DestinationRule means to add TLS, and does not for this call. */
export function unusedClientTls(
  failure: Failure,
  cluster: ClusterName,
  proxy: MeshProxy,
  written: WrittenDestination | undefined,
): CallReport | undefined {
  const service = serviceInScope(failure.plane, proxy.scope, cluster.host);
  const used = service && destinationRuleFor(failure.plane, service, proxy);
  const applied = appliedSettings(failure, cluster, proxy);
  if (applied) return ofUsed(failure, cluster, applied, written);
  const [other] = tlsSettings(failure.mesh, cluster.host);
  if (!other) return undefined;
  const title = qualified(other.rule.namespace, other.rule.resource.name.value ?? '');
  // Who calls is not in YAML: it may be those pods alone.
  if (other.rule.resource.workloadSelector)
    return {
      path: other.rule.path,
      range: (other.tls.mode ?? other.tls).range,
      severity: 'hint',
      cause: `DestinationRule \`${title}\` adds TLS in the pods that it selects only`,
      remedy: 'Let no others call, or drop its `workloadSelector`.',
      related: sendsThere(written),
    };
  const hiding = service && !used ? hidingExport(failure, other.rule, service, proxy) : undefined;
  if (hiding)
    return {
      path: other.rule.path,
      range: hiding.range,
      cause: `the exportTo of DestinationRule \`${title}\`, which would add TLS, does not show it to ${proxiesText(failure)}`,
      remedy: `Add \`${proxy.namespace}\`.`,
      related: sendsThere(written),
    };
  const target = proxy.scope.kind === 'gateway' ? proxy.namespace : undefined;
  const movable = target !== undefined && !used && canMove(other.rule, target, failure.mesh);
  return {
    path: other.rule.path,
    range: (other.tls.mode ?? other.tls).range,
    ...(mayBeWith(failure, [other.rule]) ? { severity: 'information' as const } : {}),
    cause: used
      ? `DestinationRule \`${qualified(used.source.namespace, used.source.resource.name.value ?? '')}\` is the one that ${proxiesText(failure)} use, so \`${title}\` adds no TLS`
      : `${proxiesText(failure)} cannot use DestinationRule \`${title}\`, which would add TLS`,
    remedy: used
      ? 'Set TLS there.'
      : target === undefined
        ? 'Move it to their namespace, or show it to them.'
        : `Move it to \`${target}\`.`,
    related: sendsThere(written),
    fixes: movable ? [moveTo([other.rule], target)] : [],
  };
}

interface Applied {
  readonly used: MergedRule;
  readonly own: readonly TlsSetting[];
}

/** The TLS of the rule that applies to the proxy, or to sidecars of another client which meet the same: for them it is there, and does not fit. */
function appliedSettings({ plane, outcome }: Failure, { host }: ClusterName, proxy: MeshProxy): Applied | undefined {
  const others = proxy.scope.kind === 'gateway' ? [] : outcome.clients.filter((each) => each !== proxy.namespace);
  for (const each of [proxy, ...others.map((client) => sidecarProxy(plane, client))]) {
    const service = serviceInScope(plane, each.scope, host);
    const used = service && destinationRuleFor(plane, service, each);
    const own = (used?.from ?? []).flatMap(settingsOf);
    if (used && own.length > 0) return { used, own };
  }
  return undefined;
}

/** The `exportTo` of a rule that is where Istio looks for one, and is not shown to the proxy. */
function hidingExport(
  { plane }: Failure,
  { resource, namespace }: MeshObject<DestinationRule>,
  service: MeshService,
  proxy: MeshProxy,
): ExportTo | undefined {
  const places = [proxy.namespace, service.namespace, routingConfig(plane).rootNamespace];
  if (!resource.exportTo || namespace === undefined || !places.includes(namespace)) return undefined;
  return visibleTo(resource.exportTo, namespace, proxy.namespace) === 'hidden' ? resource.exportTo : undefined;
}

/** The rule that the proxy uses sets TLS for another port, another subset, or with a credential that it ignores. */
function ofUsed(
  failure: Failure,
  cluster: ClusterName,
  { used, own }: Applied,
  written: WrittenDestination | undefined,
): CallReport | undefined {
  const fitting = own.filter(({ subset }) => subset === undefined || subset === cluster.subset);
  const [setting] = fitting.length > 0 ? fitting : own;
  if (!setting) return undefined;
  const { rule: source, tls, port, subset } = setting;
  const place = { path: source.path, range: (tls.mode ?? tls).range, related: sendsThere(written) };
  const title = qualified(source.namespace, source.resource.name.value ?? '');
  if (fitting.length === 0 && subset !== undefined)
    return {
      ...place,
      cause: `DestinationRule \`${title}\` adds TLS in subset \`${subset}\` only, and the route sends to ${cluster.subset === '' ? 'no subset' : `\`${cluster.subset}\``}`,
      remedy: `Send to subset \`${subset}\`.`,
      fixes:
        written && !written.source.context && cluster.subset === ''
          ? [
              {
                title: `Send to subset ${subset}`,
                preferred: true,
                safety: 'review',
                edits: [
                  {
                    path: written.source.path,
                    edit: { kind: 'set-key', range: written.destination.range, key: 'subset', value: subset },
                  },
                ],
              },
            ]
          : [],
    };
  if (port && port.number !== cluster.port)
    return {
      ...place,
      range: port.range,
      cause: `DestinationRule \`${title}\` adds TLS for port ${port.number}, and calls are sent to port ${cluster.port}`,
      remedy: `Set it for port ${cluster.port}.`,
      fixes:
        source.context || isTlsPort(failure, cluster.host, port.number)
          ? []
          : [
              {
                title: `Set TLS for port ${cluster.port}`,
                preferred: true,
                safety: 'review',
                edits: [
                  { path: source.path, edit: { kind: 'replace-scalar', range: port.range, value: cluster.port } },
                ],
              },
            ],
    };
  if (tls.credentialName)
    return {
      ...place,
      range: tls.credentialName.range,
      cause: `without a workloadSelector sidecars ignore the \`credentialName\` of DestinationRule \`${title}\``,
      remedy: 'Add a workloadSelector, or originate TLS at the gateway.',
    };
  if (used.source !== source)
    return {
      ...place,
      cause: `DestinationRule \`${qualified(used.source.namespace, used.source.resource.name.value ?? '')}\` goes first with its own traffic policy, so \`${title}\` adds no TLS`,
      remedy: 'Put them into one.',
    };
  return {
    ...place,
    cause: `DestinationRule \`${title}\` sets ${tls.mode?.value ?? 'TLS'}, but not for these calls`,
    remedy:
      tls.mode?.value === 'MUTUAL' ? 'Give its certificate and key.' : 'Trace the call to see which settings apply.',
  };
}

/** Whether calls to this port end at a TLS port too, so that its own setting must stay. */
function isTlsPort({ plane }: Failure, host: string, port: number): boolean {
  return servicesOfHost(plane, host).some(({ ports, source }) => {
    if (!ports.some(({ number }) => number === port) || source?.resource.kind !== 'ServiceEntry') return false;
    const written = source.resource.ports?.items.find((each) => each.number?.value === port);
    return (written?.targetPort?.value ?? port) === 443;
  });
}

function sendsThere(written: WrittenDestination | undefined) {
  return written
    ? [
        {
          path: written.source.path,
          range: (written.destination.port ?? written.destination).range,
          message: 'Sends there.',
        },
      ]
    : [];
}

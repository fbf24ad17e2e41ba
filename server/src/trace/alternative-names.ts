/** Shorter names under which a proxy may call a service (`GenerateAltVirtualHosts` in `httproute.go`). */
import { isIpAddress } from '../mesh/hosts.ts';

/**
 * The name with a dot at the end; for a Service of the proxy's cluster also `name.namespace` and `name.namespace.svc`, and the bare name in its own
 * namespace.
 */
export function alternativeNames(
  hostname: string,
  proxyNamespace: string,
  clusterDomain = 'cluster.local',
): readonly string[] {
  const absolute = isIpAddress(hostname) ? [] : [`${hostname}.`];
  const suffix = hostname.indexOf('.svc.');
  if (!hostname.endsWith(`.svc.${clusterDomain}`) || suffix <= 0) return absolute;
  const dot = hostname.indexOf('.');
  if (dot + 1 > suffix) return absolute;
  const short = hostname.slice(0, suffix);
  return hostname.slice(dot + 1, suffix) === proxyNamespace
    ? [...absolute, hostname.slice(0, dot), `${short}.svc`, short]
    : [...absolute, short, `${short}.svc`];
}

/** Which address a call is made to, where its host alone does not tell a proxy what it is for. */
import type { ServiceEntry } from '../manifest/types.ts';
import { contains, prefixOf } from '../mesh/addresses.ts';
import { isWildcard, serviceOfHost } from '../mesh/hosts.ts';
import type { Plane } from '../trace/plane.ts';
import { servicesOfHost } from '../trace/registry.ts';
import type { Call } from '../trace/types.ts';

/** A `tcp` call goes to the first address that its host's ServiceEntry or Service has. */
export function withAddress(plane: Plane, call: Call): Call {
  if (call.address !== undefined || call.protocol !== 'tcp') return call;
  const address = declaredAddress(plane, call);
  return address === undefined ? call : { ...call, address };
}

/** The first address that a ServiceEntry or Service declares for the host and port; of a block one that an endpoint has, else its first. */
export function declaredAddress(plane: Plane, { host, port }: Call): string | undefined {
  const { reader } = plane;
  for (const { resource } of reader.covering('ServiceEntry', host).filter(plane.accepts)) {
    const [address] = resource.addresses?.items ?? [];
    const fits = resource.ports?.items.some((each) => each.number?.value === port);
    if (fits && address?.value !== undefined) return endpointIn(address.value, resource) ?? address.value.split('/')[0];
  }
  if (isWildcard(host) || !serviceOfHost(host, reader.settings.clusterDomain)) return undefined;
  const address = servicesOfHost(plane, host)[0]?.address;
  return address === '0.0.0.0' ? undefined : address;
}

function endpointIn(block: string, { endpoints }: ServiceEntry): string | undefined {
  const prefix = prefixOf(block);
  return (endpoints?.items ?? [])
    .flatMap(({ address }) => address?.value ?? [])
    .find((each) => {
      const address = prefixOf(each);
      return prefix !== undefined && address !== undefined && contains(prefix, address);
    });
}

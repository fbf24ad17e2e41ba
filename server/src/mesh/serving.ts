/** Which ports a service opens on no address of its own: what those have in common is asked for by port, not by service. */
import type { Service, ServiceEntry } from '../manifest/types.ts';
import { isHttp, isTls, type Protocol, parseProtocol, servicePortProtocol } from './protocol.ts';
import { EXPORT_TO_ANNOTATION } from './visibility.ts';

/** Protocols that share a port in the same way. `block`: with a range of addresses as a condition. */
export const MANNERS = [
  'http',
  'sniffed',
  'tls',
  'tcp',
  'Mongo',
  'MySQL',
  'sniffed block',
  'tls block',
  'tcp block',
  'Mongo block',
  'MySQL block',
] as const;

export type Manner = (typeof MANNERS)[number];

export interface Serving {
  readonly port: number;
  readonly manner: Manner;
}

/** How a protocol shares a port with others; undefined for UDP. */
export function mannerOf(protocol: Protocol): 'http' | 'sniffed' | 'tls' | 'tcp' | 'Mongo' | 'MySQL' | undefined {
  if (isHttp(protocol)) return 'http';
  if (isTls(protocol)) return 'tls';
  if (protocol === 'UDP') return undefined;
  return protocol === 'sniffed' || protocol === 'Mongo' || protocol === 'MySQL' ? protocol : 'tcp';
}

/** HTTP is never on an address of its own; anything else is where the ServiceEntry has no address, or ranges. */
export function servingsOfEntry({ ports, addresses }: ServiceEntry): readonly Serving[] {
  const written = addresses?.items ?? [];
  const blocks = written.some(({ value }) => value?.includes('/'));
  return (ports?.items ?? []).flatMap(({ number, protocol }): readonly Serving[] => {
    const manner = mannerOf(parseProtocol(protocol?.value));
    if (number?.value === undefined || manner === undefined) return [];
    const port = number.value;
    if (manner === 'http' || written.length === 0) return [{ port, manner }];
    return blocks ? [{ port, manner: `${manner} block` }] : [];
  });
}

/** A Kubernetes Service has an address of its own, which only HTTP does without. */
export function servingsOfService({ ports }: Service): readonly Serving[] {
  return (ports?.items ?? []).flatMap(({ port, name, protocol, appProtocol }): readonly Serving[] => {
    if (port?.value === undefined) return [];
    const spoken = servicePortProtocol({
      number: port.value,
      name: name?.value ?? '',
      protocol: protocol?.value,
      appProtocol: appProtocol?.value,
    });
    return isHttp(spoken) ? [{ port: port.value, manner: 'http' }] : [];
  });
}

/** To whom `exportTo` shows a resource: `*` to all, `default` where it is not written, else the namespaces, `.` resolved; none for `~`. */
export function audienceOf(
  {
    exportTo,
    annotations,
    kind,
  }: Pick<ServiceEntry | Service, 'kind' | 'annotations'> & Pick<ServiceEntry, 'exportTo'>,
  namespace: string | undefined,
): '*' | 'default' | readonly string[] {
  const written =
    kind === 'Service'
      ? (annotations[EXPORT_TO_ANNOTATION] ?? '').split(',').map((each) => each.trim())
      : (exportTo?.items ?? []).flatMap(({ value }) => value ?? []);
  if (!written.some((each) => each !== '')) return 'default';
  if (written.includes('*')) return '*';
  if (written.includes('~')) return [];
  return [...new Set(written.map((each) => (each === '.' ? (namespace ?? '') : each)))];
}

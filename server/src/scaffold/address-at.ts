/** The address that a place in YAML is about. */
import type { Resource, ServiceEntry } from '../manifest/types.ts';
import { isHttp, isTls, parseProtocol } from '../mesh/protocol.ts';
import { parseAddress } from './address.ts';

const ADDRESS = /\b(?:https?|tcp):\/\/[^\s"'`<>)\]},]+/gi;

/**
 * The address that is written at an offset of a line, without its path.
 *
 * @param offset in the line; its end counts as in the address
 */
export function addressIn(line: string, offset: number): string | undefined {
  for (const { index, 0: written } of line.matchAll(ADDRESS)) {
    if (offset < index || offset > index + written.length) continue;
    const address = /^[^:]+:\/\/[^/?#]*/.exec(written)?.[0];
    if (address !== undefined && 'request' in parseAddress(address)) return address;
  }
  return undefined;
}

/** How applications call the first host that a ServiceEntry declares, as far as its ports tell. */
export function addressOf(resource: Resource): string | undefined {
  if (resource.kind !== 'ServiceEntry') return undefined;
  return addressesOf(resource).find((each) => 'request' in parseAddress(each));
}

function addressesOf({ hosts, ports }: ServiceEntry): readonly string[] {
  return (hosts?.items ?? []).flatMap(({ value: host }) =>
    (ports?.items ?? []).flatMap(({ number, protocol }) => {
      if (host === undefined || number?.value === undefined) return [];
      const read = parseProtocol(protocol?.value);
      const scheme = isTls(read) ? 'https' : isHttp(read) ? 'http' : 'tcp';
      const usual = { http: 80, https: 443, tcp: undefined }[scheme];
      return [`${scheme}://${host}${usual === number.value ? '' : `:${number.value}`}`];
    }),
  );
}

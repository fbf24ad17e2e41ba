/** Calls and their ends in words. */
import type { Ending } from '../calls/endings.ts';
import { gatewayOf } from '../calls/proxies.ts';
import { statusText, whereText } from '../calls/symptom.ts';
import type { Call } from '../trace/types.ts';

const USUAL: Readonly<Partial<Record<Call['protocol'], number>>> = { http: 80, https: 443 };

/** `https://api.example.com`, `tcp://db.example.com:5432`. */
export function urlText({ protocol, host, port }: Call): string {
  return `${protocol}://${host}${USUAL[protocol] === port ? '' : `:${port}`}`;
}

/** What becomes of a call, without what the far side does: `through istio-system/istio-egressgateway`, `404 at the egress gateway`. */
export function endText(ending: Ending): string {
  if (ending.kind !== 'external' && ending.kind !== 'original-destination')
    return `${statusText(ending)} ${whereText(ending.at)}`;
  const last = ending.hops.flatMap((hop) => gatewayOf(hop) ?? []).at(-1);
  return last ? `through ${last.namespace}/${last.name}` : 'not through a gateway';
}

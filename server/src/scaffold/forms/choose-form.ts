/** Which form a route is written in. */
import { isEgressRoute } from '../../mesh/egress-routes.ts';
import { apiRoutesFor } from '../../mesh/route-rules.ts';
import type { Tracer } from '../../trace/tracer.ts';
import { PATTERNS } from '../patterns/all.ts';
import type { FormId, RouteRequest } from '../request.ts';

/** The one that is asked for; else Gateway API where the host's own routes, or most egress routes, are written in it. */
export function chooseForm({ form, pattern, host, mutualHop }: RouteRequest, tracer: Tracer): FormId {
  if (form !== undefined) return form;
  const { gatewayApi } = PATTERNS[pattern];
  if ('why' in gatewayApi || (mutualHop && gatewayApi.mutualHop === 'never')) return 'istio';
  const reader = tracer.mesh.reader();
  const { clusterDomain } = reader.settings;
  const own = [reader.hosting('VirtualService', host).length, apiRoutesFor(reader, host).length];
  const count = (kind: 'VirtualService' | 'HTTPRoute' | 'TLSRoute') =>
    reader.all(kind).filter((each) => isEgressRoute(each, clusterDomain)).length;
  const [istio = 0, api = 0] =
    own[0] === own[1] ? [count('VirtualService'), count('HTTPRoute') + count('TLSRoute')] : own;
  return api > istio ? 'gateway-api' : 'istio';
}

/** A request with answers changed one by one. */
import { PATTERNS } from './patterns/all.ts';
import type { RouteRequest } from './request.ts';

/** The request after a change, without the answers that its pattern has no use for. */
export function changeRequest(request: RouteRequest, change: Partial<RouteRequest>): RouteRequest {
  const { credential, mutualHop, addresses, server, hopPort, subset, gateway, form, ...rest } = {
    ...request,
    ...change,
  };
  const pattern = PATTERNS[rest.pattern];
  const hasForm = form === 'istio' || 'route' in pattern.gatewayApi;
  return {
    ...rest,
    ...(form !== undefined && hasForm ? { form } : {}),
    ...(credential === undefined || pattern.credential === 'none' ? {} : { credential }),
    ...(mutualHop === undefined || pattern.mutualHop === 'never' ? {} : { mutualHop }),
    ...(addresses === undefined || pattern.id !== 'tcp' ? {} : { addresses }),
    ...(server === undefined || pattern.id !== 'wildcard' ? {} : { server }),
    ...(pattern.gateway && hopPort !== undefined ? { hopPort } : {}),
    ...(pattern.gateway && subset !== undefined ? { subset } : {}),
    ...(pattern.gateway && gateway !== undefined ? { gateway } : {}),
  };
}

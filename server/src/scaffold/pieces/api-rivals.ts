/** Routes of Gateway API that take the calls of a route that is written in Istio's own resources. */
import { IN_GATEWAY_API_FORM } from '../conflicts.ts';
import { conflict, type Context, nameOfObject, placeOf, seenFrom } from '../context.ts';
import { actsFor, meshLegsOf } from '../gateway-api/mesh-leg-routes.ts';
import type { ApiRouteKind, LegsShape } from '../shape.ts';

/** Tells of the first that is for the same calls of a client; returns whether there is one. */
export function apiRouteInTheWay(context: Context, legs: LegsShape): boolean {
  const { plane, shape, clients, pattern } = context;
  const kind = { http: 'HTTPRoute', tls: 'TLSRoute', tcp: undefined }[legs.mesh] as ApiRouteKind | undefined;
  const [call] = shape.calls;
  if (!kind || !call) return false;
  const found = plane.reader
    .hosting('ServiceEntry', shape.host)
    .filter(plane.accepts)
    .flatMap((entry) => {
      const { namespace = '', resource } = entry;
      const seeing = clients.filter((client) => seenFrom(context, entry, client) === 'visible');
      const own = meshLegsOf(plane, { namespace, name: resource.name.value ?? '' }, kind, call.port);
      return own.filter((each) => seeing.some((client) => actsFor(each, client)));
    })[0];
  if (!found) return false;
  conflict(context, {
    code: 'host-routed',
    text: `${shape.host} is already routed by ${nameOfObject(found.route)}.`,
    at: placeOf(found.route),
    waysOut: [
      ...('why' in pattern.gatewayApi ? [] : [IN_GATEWAY_API_FORM]),
      { title: 'Open it', open: placeOf(found.route) },
    ],
  });
  return true;
}

/** The application's own TLS that the gateway passes on to the port where it is to begin TLS. */
import { apiRoutesFor, parentGateways, rulesOfRoute } from '../../mesh/route-rules.ts';
import { IN_ISTIO_FORM } from '../conflicts.ts';
import { conflict, nameOfObject, placeOf } from '../context.ts';
import type { OriginationShape } from '../shape.ts';
import type { ApiPlan } from './parts.ts';

/** Without subsets, the gateway treats all calls to a port alike: it would encrypt them twice. Tells of the first such route; returns whether there is one. */
export function isPassedThroughHere(plan: ApiPlan, { host, port }: OriginationShape): boolean {
  const { context, install, gateway } = plan;
  const { reader, accepts } = context.plane;
  const own = `${install.namespace}/${gateway.name}`;
  const route = apiRoutesFor(reader, host)
    .filter((each) => accepts(each) && each.resource.kind === 'TLSRoute' && parentGateways(each).includes(own))
    .find((each) =>
      rulesOfRoute(each, reader.settings.clusterDomain).some(({ destinations }) =>
        destinations.some(({ destination }) => destination?.host?.value === host && destination.port?.value === port),
      ),
    );
  if (!route) return false;
  conflict(context, {
    code: 'form',
    text: `${nameOfObject(route)} passes the application’s own TLS to port ${port} of ${host} by the same gateway, which would encrypt it twice: routes of Gateway API know no subsets.`,
    at: placeOf(route),
    waysOut: [IN_ISTIO_FORM, { title: 'Open it', open: placeOf(route) }],
  });
  return true;
}

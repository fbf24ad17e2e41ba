/** Routes in Istio's own resources: a Gateway, a VirtualService with two rules, a subset of the gateway. */
import { gatewayInstalls, installNamed } from '../gateways.ts';
import { planServer } from '../pieces/gateway.ts';
import { apiRouteInTheWay } from '../pieces/api-rivals.ts';
import { findLegs } from '../pieces/found-legs.ts';
import { planLegs } from '../pieces/legs.ts';
import { planOrigination, planWithoutOrigination } from '../pieces/origination.ts';
import { planEntry } from '../pieces/service-entry.ts';
import { planSubset } from '../pieces/subset.ts';
import { extendSidecars } from '../sidecars.ts';
import type { Form } from './form.ts';

export const istio: Form = {
  id: 'istio',
  installs: (plane) => gatewayInstalls(plane),
  installNamed,
  newInstall: () => undefined,
  mutualHop: (pattern) => pattern.mutualHop,
  write(context) {
    const { shape } = context;
    for (const entry of shape.entries) planEntry(context, entry);
    extendSidecars(context);
    const { gateway, origination } = shape;
    if (gateway) {
      if (apiRouteInTheWay(context, gateway.legs)) return;
      const found = findLegs(context, gateway.legs);
      const server = planServer(context, gateway.server, found);
      const mutual = gateway.server === 'https' || gateway.server === 'tls';
      const subset = server && planSubset(context, mutual, server.port, found);
      const host = origination && planOrigination(context, origination, { by: 'subset', leg: found.gateway });
      if (server && subset) planLegs(context, gateway.legs, server, { gateway: subset.subset, host }, found);
    } else if (origination) planOrigination(context, origination, { by: 'subset', leg: undefined });
    if (!origination) planWithoutOrigination(context);
  },
};

/** Routes in Gateway API: a Gateway with a listener, and a route each for the sidecars and for the gateway (Istio's tasks for egress, tab "Gateway API"). */
import type { Context } from '../context.ts';
import { findGatewayLegs, planGatewayLeg } from '../gateway-api/gateway-leg.ts';
import { apiInstallNamed, apiInstalls, newApiInstall } from '../gateway-api/gateways.ts';
import { canSendTo, planHop } from '../gateway-api/hop.ts';
import { planListener } from '../gateway-api/listener.ts';
import { findMeshLegs, planMeshLeg } from '../gateway-api/mesh-leg.ts';
import { type ApiPlan, entryRef } from '../gateway-api/parts.ts';
import { isPassedThroughHere } from '../gateway-api/passed-through.ts';
import { planOrigination, planWithoutOrigination } from '../pieces/origination.ts';
import { planEntry } from '../pieces/service-entry.ts';
import type { LegsShape } from '../shape.ts';
import { extendSidecars } from '../sidecars.ts';
import type { Form } from './form.ts';

export const gatewayApi: Form = {
  id: 'gateway-api',
  installs: apiInstalls,
  installNamed: apiInstallNamed,
  newInstall: newApiInstall,
  mutualHop: (pattern) => ('why' in pattern.gatewayApi ? 'never' : pattern.gatewayApi.mutualHop),
  write(context) {
    const { shape } = context;
    for (const entry of shape.entries) planEntry(context, entry);
    extendSidecars(context);
    if (context.draft.conflicts.length > 0 || !shape.gateway) return;
    const plan = planIn(context, shape.gateway.legs);
    if (plan) writeParts(plan, shape.gateway.legs);
  },
};

function planIn(context: Context, legs: LegsShape): ApiPlan | undefined {
  const { install, pattern, shape } = context;
  const [call] = shape.calls;
  const entry = call && entryRef(context, shape.host, call.port);
  if (!install?.gateway || 'why' in pattern.gatewayApi || !call || !entry) return undefined;
  const { gateway } = install;
  const { route: kind } = pattern.gatewayApi;
  const mutual = shape.gateway?.server === 'https';
  return { context, install, gateway, kind, port: call.port, to: legs.to, mutual, entry };
}

/** The parts of a route, each looked for before it is made. */
function writeParts(plan: ApiPlan, legs: LegsShape): void {
  const { context } = plan;
  const { origination } = context.shape;
  const mesh = findMeshLegs(plan);
  const gateway = findGatewayLegs(plan);
  const bound = gateway.find((each) => each.leads)?.listeners[0];
  const fixed = mesh.hopPort ?? context.request.hopPort ?? bound?.port;
  const listener = planListener(plan, { port: fixed, name: bound?.name }, (port) => canSendTo(plan, port));
  if (!listener) return;
  planHop(plan, listener.port);
  planMeshLeg(plan, legs, mesh, listener.port);
  planGatewayLeg(plan, listener, gateway);
  if (!origination) planWithoutOrigination(context);
  else if (!isPassedThroughHere(plan, origination)) planOrigination(context, origination, { by: 'selector' });
}

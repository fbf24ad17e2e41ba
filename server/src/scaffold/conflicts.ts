/** What is in the way of a whole route. */
import type { Draft } from './draft.ts';
import { FORM_TITLES } from './forms/titles.ts';
import type { Frame } from './frame.ts';
import type { GatewayInstall } from './gateways.ts';
import { PATTERNS } from './patterns/all.ts';
import type { Proof } from './prove-draft.ts';
import type { RouteRequest } from './request.ts';
import type { Conflict, WayOut } from './types.ts';
import type { World } from './world.ts';

/** The way out that leads to Istio's own resources. */
export const IN_ISTIO_FORM: WayOut = { title: `Write it with the ${FORM_TITLES.istio}`, change: { form: 'istio' } };

/** The way out that leads to routes of Gateway API, where the pattern has them. */
export const IN_GATEWAY_API_FORM: WayOut = {
  title: `Write it with the ${FORM_TITLES['gateway-api']}`,
  change: { form: 'gateway-api' },
};

/** What Gateway API cannot say of the request, whatever is in the workspace; undefined where it can. */
export function formConflict({ pattern: id, form, mutualHop }: RouteRequest): Conflict | undefined {
  if (form !== 'gateway-api') return undefined;
  const { gatewayApi } = PATTERNS[id];
  if ('why' in gatewayApi)
    return {
      code: 'form',
      text: `The pattern ${id} cannot be written with Gateway API: ${gatewayApi.why}.`,
      waysOut: [IN_ISTIO_FORM],
    };
  if (!mutualHop || gatewayApi.mutualHop !== 'never') return undefined;
  return {
    code: 'form',
    text: `With Gateway API the pattern ${id} has no mutual TLS between sidecar and gateway: ${gatewayApi.noHop}.`,
    waysOut: [IN_ISTIO_FORM, { title: 'Leave mutual TLS out', change: { mutualHop: false } }],
  };
}

export function gatewayNotFound({ gateway }: RouteRequest, installs: readonly GatewayInstall[]): Conflict {
  const waysOut = installs.map(({ namespace, service }) => ({
    title: `Use ${namespace}/${service}`,
    change: { gateway: `${namespace}/${service}` },
  }));
  const text =
    gateway === undefined
      ? 'No egress gateway is known here: neither a Service nor a line under egressGateways in the settings tells of one.'
      : `There is no gateway Service ${gateway} with pods behind it.`;
  return { code: 'gateway-not-found', text, waysOut };
}

export function noSuchSet(id: string, { snapshot }: World): Conflict {
  const waysOut = snapshot.sets.map((each) => ({ title: each.name ?? each.id, change: { set: each.id } }));
  return { code: 'request-invalid', text: `There is no apply set ${id}.`, waysOut };
}

export function notWritten(request: RouteRequest, namespace: string): Conflict {
  return {
    code: 'namespace-not-written',
    text: `This workspace writes nothing to ${namespace} yet.`,
    waysOut: [{ title: `Write to ${namespace}`, change: { writeTo: [...(request.writeTo ?? []), namespace] } }],
  };
}

export function unresolved(draft: Draft): Conflict {
  const [path] = draft.edits.keys();
  return {
    code: 'not-editable',
    text: `${path ?? 'A file'} cannot be edited: its text is not as it was read.`,
    waysOut: [],
  };
}

export function notProved({ request, form }: Frame, { failures, passing }: Proof, mutualHop: boolean): Conflict {
  const [first = '', ...more] = failures;
  const others = more.length > 0 ? ` (and ${more.length} more)` : '';
  const waysOut = [
    ...(passing.length > 0
      ? [{ title: 'Let every namespace use the route', change: { audience: 'all' as const } }]
      : []),
    ...(passing.length === 0 && form.mutualHop(PATTERNS[request.pattern]) === 'optional' && !mutualHop
      ? [{ title: 'Use mutual TLS between sidecar and gateway', change: { mutualHop: true } }]
      : []),
    ...(form.id === 'gateway-api' ? [IN_ISTIO_FORM] : []),
  ];
  const nameless =
    request.pattern === 'tcp' && !request.addresses?.length ? ' TCP names no host: give its addresses.' : '';
  return {
    code: 'not-proved',
    text: `It cannot be proved that the route would work: ${first}${others}.${nameless}`,
    waysOut,
  };
}

/** Where routes for sidecars have to be, so that those follow them who may, and no others. */
import { conflict, gatewayNamespaces, nameOfObject, placeOf, seenFrom } from '../context.ts';
import { IN_ISTIO_FORM } from '../conflicts.ts';
import type { Place } from '../types.ts';
import { NOBODYS_NAMESPACE } from '../../calls/callers.ts';
import { routingConfig } from '../../trace/mesh-config.ts';
import { type ApiPlan, sorted } from './parts.ts';

/**
 * The namespaces that need a route each. One beside the ServiceEntry acts for all that see the ServiceEntry; one elsewhere for its own namespace alone, which
 * only HTTPRoutes can.
 *
 * @returns undefined where no routes reach just those who may use it
 */
export function routeNamespaces(plan: ApiPlan): readonly string[] | undefined {
  const { context, entry, kind } = plan;
  const { audience } = context;
  const beyond = seeingStrangers(plan);
  const producing = showsToAll(plan) || (audience !== 'all' && audience.every((each) => each === entry.namespace));
  if (beyond.length === 0 && producing) return [entry.namespace];
  const consuming = kind === 'HTTPRoute' && audience !== 'all' && !audience.includes(entry.namespace);
  if (consuming) return sorted(audience);
  return tell(plan, beyond);
}

/** Those who may not use the route, and see the ServiceEntry all the same; of a TLSRoute also those who see a wildcard over its host. */
function seeingStrangers(plan: ApiPlan): readonly string[] {
  const { context, entry, kind, port } = plan;
  const { audience, others, plane, shape } = context;
  if (audience === 'all') return [];
  const besideGateway = gatewayNamespaces(context);
  const over = plane.reader
    .wildcardsOver('ServiceEntry', shape.host)
    .filter((each) => kind === 'TLSRoute' && plane.accepts(each))
    .filter(({ resource }) => resource.ports?.items.some(({ number }) => number?.value === port));
  const seen = [...(entry.object ? [entry.object] : []), ...over];
  return others.filter(
    (each) => besideGateway.includes(each) || seen.some((object) => seenFrom(context, object, each) === 'visible'),
  );
}

/** Whether routes without a list of their own are seen everywhere: they have no `exportTo`. */
function showsToAll({ context: { plane } }: ApiPlan): boolean {
  return [...routingConfig(plane).defaultExportTo.virtualService].includes('*');
}

function tell({ context, entry, kind }: ApiPlan, beyond: readonly string[]): undefined {
  const { request, audience, install } = context;
  const title = `ServiceEntry ${entry.namespace}/${entry.name}`;
  const at: { readonly at?: Place } = entry.object ? { at: placeOf(entry.object) } : {};
  if (beyond.length === 0) {
    return conflict(context, {
      code: 'form',
      text: `The mesh configuration shows routes to their own namespace alone (defaultVirtualServiceExportTo), and those of Gateway API have no exportTo.`,
      waysOut: [IN_ISTIO_FORM],
    });
  }
  const who = beyond.map((each) => (each === NOBODYS_NAMESPACE ? 'other namespaces' : each)).join(', ');
  const acts = kind === 'TLSRoute' ? 'A TLSRoute' : `An HTTPRoute in ${entry.namespace}`;
  const elsewhere =
    kind === 'HTTPRoute' && !entry.object && install && install.namespace !== entry.namespace
      ? [
          {
            title: `Write the ServiceEntry to ${install.namespace}`,
            change: {
              namespace: install.namespace,
              audience,
              writeTo: [...(request.writeTo ?? []), install.namespace],
            },
          },
        ]
      : [];
  return conflict(context, {
    code: 'form',
    text: `${acts} acts for every sidecar that sees ${entry.object ? nameOfObject(entry.object) : title}, so for ${who} too, and routes of Gateway API have no exportTo.`,
    ...at,
    waysOut: [
      ...elsewhere,
      { title: 'Let every namespace use the route', change: { audience: 'all' } },
      IN_ISTIO_FORM,
      ...(entry.object ? [{ title: 'Open it', open: placeOf(entry.object) }] : []),
    ],
  });
}

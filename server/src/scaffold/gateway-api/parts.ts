/** What the parts of a route of Gateway API are made from. */
import type { ServiceEntry } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { compareText, inConfigOrder } from '../../trace/plane.ts';
import type { Context } from '../context.ts';
import type { ApiGateway, GatewayInstall } from '../gateways.ts';
import type { EntryName } from './mesh-leg-routes.ts';
import type { ApiRouteKind, LegsShape } from '../shape.ts';

/** Istio reads every version as this one. */
export const GATEWAY_API_VERSION = 'gateway.networking.k8s.io/v1';

/** A route that goes through a Gateway of Gateway API. */
export interface ApiPlan {
  readonly context: Context;
  readonly install: GatewayInstall;
  readonly gateway: ApiGateway;
  readonly kind: ApiRouteKind;
  /** The port that clients call. */
  readonly port: number;
  readonly to: LegsShape['to'];
  /** Whether the hop has mutual TLS. */
  readonly mutual: boolean;
  /** The ServiceEntry that has the port, as it will be. */
  readonly entry: EntryRef;
}

export interface EntryRef extends EntryName {
  readonly object?: MeshObject<ServiceEntry>;
}

/** The ServiceEntry that will declare a port of a host, in Istio's order; undefined where none will. */
export function entryRef({ draft, plane }: Context, host: string, port: number): EntryRef | undefined {
  const written = inConfigOrder(draft.reader.hosting('ServiceEntry', host).filter(plane.accepts));
  const having = written.find((each) => each.resource.ports?.items.some(({ number }) => number?.value === port));
  // One that lacks the port is given it.
  const object = having ?? written.find((each) => draft.reused.get(each));
  if (object) return { namespace: object.namespace ?? '', name: object.resource.name.value ?? '', object };
  return draft.created
    .filter(({ kind, spec }) => kind === 'ServiceEntry' && JSON.stringify(spec.hosts) === JSON.stringify([host]))
    .map(({ namespace, name }) => ({ namespace, name }))[0];
}

/** Namespaces in the order of text, each once. */
export function sorted(namespaces: readonly string[]): readonly string[] {
  return [...new Set(namespaces)].sort(compareText);
}

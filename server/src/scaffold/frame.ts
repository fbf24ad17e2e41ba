/** Everything that is decided before the parts of a route are looked at. */
import type { Tracer } from '../trace/tracer.ts';
import type { ApplySet } from '../workspace/types.ts';
import type { Form } from './forms/form.ts';
import type { GatewayInstall } from './gateways.ts';
import type { Audience, RouteRequest } from './request.ts';
import type { Site } from './types.ts';
import type { World } from './world.ts';

export interface Frame {
  readonly site: Site;
  readonly world: World;
  readonly set: ApplySet | undefined;
  readonly tracer: Tracer;
  readonly request: RouteRequest;
  readonly form: Form;
  readonly audience: Audience;
  readonly installs: readonly GatewayInstall[];
  readonly install: GatewayInstall | undefined;
  readonly written: ReadonlySet<string>;
  readonly home: string;
  readonly gatewayHome: string;
  readonly clients: readonly string[];
  readonly others: readonly string[];
}

/** Whether new resources may be written to a namespace. */
export function mayWriteTo({ written, request }: Pick<Frame, 'written' | 'request'>, namespace: string): boolean {
  return written.size === 0 || written.has(namespace) || (request.writeTo?.includes(namespace) ?? false);
}

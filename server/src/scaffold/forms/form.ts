/** A way to write routes: which gateways it knows, and which parts a route has in it. */
import type { Plane } from '../../trace/plane.ts';
import type { Context } from '../context.ts';
import type { GatewayInstall } from '../gateways.ts';
import type { FormId } from '../request.ts';
import type { Pattern } from '../shape.ts';

export interface Form {
  readonly id: FormId;
  /** The gateways that a route can go through, the likeliest first. @param host that the route is for */
  installs(plane: Plane, host: string): readonly GatewayInstall[];
  /** The gateway of this name, `namespace/name`; undefined where it is certain that there is none. */
  installNamed(plane: Plane, name: string): GatewayInstall | undefined;
  /** A gateway that is made with the route, where none is known; undefined where none can be made. @param home where the route is written */
  newInstall(plane: Plane, home: string): GatewayInstall | undefined;
  mutualHop(pattern: Pattern): Pattern['mutualHop'];
  /** Writes what is missing of the route into the draft, or says what is in the way. */
  write(context: Context): void;
}

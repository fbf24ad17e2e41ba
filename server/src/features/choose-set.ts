/** In which apply set a call is followed where nobody says. */
import type { Call } from '../trace/types.ts';
import { virtualServicesFor } from '../calls/relevant.ts';
import type { Traceable } from './trace-call.ts';

/** The first set that routes the host, else the first that declares it, else the first; undefined where there is none. */
export function chooseSet(sets: readonly Traceable[], { host }: Pick<Call, 'host'>): Traceable | undefined {
  return (
    sets.find(({ mesh }) => virtualServicesFor(mesh.reader(), host).length > 0) ??
    sets.find(({ mesh }) => mesh.reader().hosting('ServiceEntry', host).length > 0) ??
    sets[0]
  );
}

/** How a set is called where there are several, and where it is the only one. */
export function setTitle({ name }: { readonly name: string | undefined }): string {
  return name ?? 'the whole folder';
}

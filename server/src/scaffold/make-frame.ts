/** What a request leaves open, decided by what is there. */
import type { Tracer } from '../trace/tracer.ts';
import type { ApplySet } from '../workspace/types.ts';
import { chooseAudience, chooseHome, writtenNamespaces } from './choose.ts';
import { formConflict, gatewayNotFound, notWritten } from './conflicts.ts';
import { FORMS } from './forms/all.ts';
import { chooseForm } from './forms/choose-form.ts';
import type { Frame } from './frame.ts';
import { PATTERNS } from './patterns/all.ts';
import { clientsOf } from './proof.ts';
import type { RouteRequest } from './request.ts';
import type { Conflict, Site } from './types.ts';
import type { World } from './world.ts';

/** @param tracer of the apply set, or of an empty mesh where there is none */
export function frameOf(
  site: Site,
  world: World,
  set: ApplySet | undefined,
  tracer: Tracer,
  request: RouteRequest,
): Frame | { readonly conflict: Conflict } {
  const pattern = PATTERNS[request.pattern];
  const impossible = formConflict(request);
  if (impossible) return { conflict: impossible };
  const form = FORMS[chooseForm(request, tracer)];
  const plane = tracer.plane();
  const installs = pattern.gateway ? form.installs(plane, request.host) : [];
  const known =
    request.gateway === undefined || !pattern.gateway ? installs[0] : form.installNamed(plane, request.gateway);
  const written = writtenNamespaces(site, tracer, set);
  const allowed = (namespace: string) =>
    written.size === 0 || written.has(namespace) || (request.writeTo?.includes(namespace) ?? false);
  const mayWrite = new Set([...written, ...(request.writeTo ?? [])]);
  const home = chooseHome(request, tracer, known, written.size === 0 ? written : mayWrite);
  const install =
    known ?? (pattern.gateway && request.gateway === undefined ? form.newInstall(plane, home) : undefined);
  if (pattern.gateway && !install) return { conflict: gatewayNotFound(request, installs) };
  if (!allowed(home)) return { conflict: notWritten(request, home) };
  const gatewayHome = install && allowed(install.namespace) ? install.namespace : home;
  const audience = chooseAudience(request);
  const { clients, others } = clientsOf(tracer, audience, home, install);
  return {
    site,
    world,
    set,
    tracer,
    request,
    form,
    audience,
    installs,
    install,
    written,
    home,
    gatewayHome,
    clients,
    others,
  };
}

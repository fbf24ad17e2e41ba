/** Sidecar resources that hide a part of the route from clients. */
import { importsOf, importsService } from '../trace/imports.ts';
import { inConfigOrder, type Plane } from '../trace/plane.ts';
import { sidecarScope } from '../trace/scope.ts';
import type { Frame } from './frame.ts';
import type { Outcome } from './proof.ts';
import type { Audience } from './request.ts';
import type { RouteShape } from './shape.ts';
import { type Context, nameOfObject, placeOf } from './context.ts';
import type { GatewayInstall } from './gateways.ts';
import type { Conflict } from './types.ts';

/** One conflict for each Sidecar that explains a call which does not do what it should. */
export function sidecarConflicts(frame: Frame, shape: RouteShape, failed: readonly Outcome[]): readonly Conflict[] {
  const { tracer, request } = frame;
  const plane = tracer.plane();
  const found = new Map<string, Conflict>();
  for (const { from } of failed) {
    const { sidecar } = sidecarScope(plane, from, undefined);
    const written = sidecar?.resource.egress?.items ?? [];
    if (!sidecar || written.length === 0) continue;
    const hosts = written.flatMap((each) => (each.hosts?.items ?? []).flatMap(({ value }) => value ?? []));
    const imports = importsOf(hosts, from);
    const needed = neededBy({ ...frame, plane, shape }, from);
    const missing = needed.filter((each) => !importsService(imports, each.host, each.namespace));
    if (missing.length === 0) continue;
    const title = nameOfObject(sidecar);
    const entries = missing.map((each) => `${each.namespace === from ? '.' : each.namespace}/${each.host}`);
    found.set(title, {
      code: 'sidecar-hides',
      text: `${title} hides ${[...new Set(missing.map(({ host }) => host))].join(' and ')} from ${from}: its egress hosts lack ${entries.join(', ')}.`,
      at: placeOf(sidecar),
      waysOut: [
        {
          title: `Add ${entries.join(', ')} to its egress hosts`,
          change: { extend: [...(request.extend ?? []), title] },
        },
        { title: 'Open it', open: placeOf(sidecar) },
      ],
    });
  }
  return [...found.values()];
}

/** Adds what a route needs to the Sidecars that the request says may be extended. */
export function extendSidecars(context: Context): void {
  const { request, draft, plane, clients } = context;
  for (const from of clients) {
    const { sidecar } = sidecarScope(plane, from, undefined);
    if (!sidecar || !request.extend?.includes(nameOfObject(sidecar)) || !draft.isEditable(sidecar)) continue;
    const target = sidecar.resource.egress?.items.find((each) => !each.port && each.hosts)?.hosts;
    if (!target) continue;
    const imports = importsOf(
      target.items.flatMap(({ value }) => value ?? []),
      from,
    );
    for (const { namespace, host } of neededBy(context, from)) {
      if (importsService(imports, host, namespace)) continue;
      const value = `${namespace === sidecar.namespace ? '.' : namespace}/${host}`;
      draft.edit(sidecar, { kind: 'append-item', range: target.range, value });
    }
  }
}

interface Needs {
  readonly plane: Plane;
  readonly install: GatewayInstall | undefined;
  readonly home: string;
  readonly audience: Audience;
  readonly shape: RouteShape;
}

/** What sidecars of a namespace have to import. */
function neededBy({ plane, install, home, audience, shape: { host } }: Needs, from: string) {
  const [entry] = inConfigOrder(plane.reader.hosting('ServiceEntry', host).filter(plane.accepts));
  const owner = entry?.namespace ?? home;
  // A route of Gateway API may be in the namespace of its clients.
  const ownRoute = install?.gateway && audience !== 'all' && owner !== from ? [{ namespace: from, host }] : [];
  return [
    ...(install ? [{ namespace: install.namespace, host: install.host }] : []),
    { namespace: owner, host },
    ...ownRoute,
  ];
}

/** What somebody should know before a route is written. */
import { isWildcard } from '../mesh/hosts.ts';
import { folderOf, relativeTo } from '../workspace/paths.ts';
import type { Draft } from './draft.ts';
import type { Frame } from './frame.ts';
import { isStandard } from './gateways.ts';
import { kustomizationOver } from './layout.ts';
import type { RouteShape } from './shape.ts';
import type { PlannedFile, RoutePlan } from './types.ts';

/** Why the hop has mutual TLS although nobody asked for it. */
export function insteadNote({ conflicts: [first] }: RoutePlan): string {
  return `Between sidecar and gateway is mutual TLS. ${first?.text ?? ''}`.trimEnd();
}

/** New files in a workspace that is put together by kustomizations, where none is over them. */
export function unlistedNotes({ site }: Frame, files: readonly PlannedFile[]): readonly string[] {
  const kustomized = [...site.files.values()].some(({ contents }) =>
    contents.assemblies.some(({ kind }) => kind === 'kustomize'),
  );
  if (!kustomized) return [];
  return files
    .filter(({ path, before }) => before === undefined && !kustomizationOver(site, folderOf(path)))
    .map(
      ({ path }) => `No kustomization is over ${relativeTo(site.root, path)}: list it in one, or it is not applied.`,
    );
}

export function notesOf(frame: Frame, shape: RouteShape, draft: Draft): readonly string[] {
  const { request, audience } = frame;
  const notes: string[] = [...gatewayNotes(frame)];
  const port = request.port;
  if (request.pattern === 'tcp' && (request.addresses ?? []).length === 0)
    notes.push(
      `Without addresses, every TCP call to port ${port} from ${audience === 'all' ? 'any namespace' : audience.join(', ')} is taken for one to ${shape.host}.`,
    );
  notes.push(...secretNotes(frame, shape));
  if (isWildcard(shape.host))
    notes.push(`Calls go to ${shape.gateway?.legs.to.host}, which has to answer for every host under ${shape.host}.`);
  notes.push(...audienceNotes(frame, draft));
  return notes;
}

function gatewayNotes({ install }: Frame): readonly string[] {
  if (!install) return [];
  const { namespace, service, evidence, gateway } = install;
  if (evidence === 'new')
    return [
      `Gateway ${namespace}/${gateway?.name} is new: istiod runs a gateway for it, with the Service ${service} inside the cluster.`,
    ];
  if (isStandard(install))
    return [`The gateway’s Service is not in the workspace: the standard install ${namespace}/${service} is assumed.`];
  if (evidence === 'chart')
    return [
      `Service ${namespace}/${service} is not in the workspace: a release of Istio’s gateway chart of that name is assumed (ports 80 and 443).`,
    ];
  return [];
}

function secretNotes({ install }: Frame, { origination }: RouteShape): readonly string[] {
  if (origination?.at !== 'gateway' || origination.credential === undefined) return [];
  const { credential } = origination;
  const place = `Secret ${credential} has to be in ${install?.namespace ?? 'the gateway’s namespace'}`;
  return [
    install?.gateway && !install.gateway.attachedTo
      ? `${place}, and ServiceAccount ${install.service} has to be allowed to read it.`
      : `${place}.`,
  ];
}

function audienceNotes({ install, audience }: Frame, draft: Draft): readonly string[] {
  const isNew = draft.created.some(({ kind }) => ['VirtualService', 'HTTPRoute', 'TLSRoute'].includes(kind));
  if (!install || audience === 'all' || audience.includes(install.namespace) || !isNew) return [];
  return [
    `Only ${audience.join(', ')} may use it; workloads with sidecars in ${install.namespace} see what the gateway has to see.`,
  ];
}

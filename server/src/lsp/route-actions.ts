/** Code actions that complete a route where the cursor is, through the same plans as the command: what cannot be proved is not offered. */
import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type Position,
} from 'vscode-languageserver';
import { objectIn, resourceAt } from '../features/calls-about.ts';
import type { Traceable } from '../features/trace-call.ts';
import type { Kind, Resource } from '../manifest/types.ts';
import { isEgressRoute } from '../mesh/egress-routes.ts';
import { apiRoutesNaming } from '../mesh/route-rules.ts';
import { isWildcard } from '../mesh/hosts.ts';
import { CREATE_COMMAND, type RouteQuestion } from '../protocol.ts';
import type { Finding } from '../rules/finding.ts';
import { addressIn, addressOf } from '../scaffold/address-at.ts';
import { parseAddress } from '../scaffold/address.ts';
import { meantRoutes, wildcardRoutes } from '../scaffold/meant-routes.ts';
import { PATTERNS } from '../scaffold/patterns/all.ts';
import type { RouteRequest } from '../scaffold/request.ts';
import type { RoutePlan } from '../scaffold/types.ts';
import type { FixEdits } from './fix-edits.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';
import { editOf } from './new-routes.ts';
import type { Planning } from './planning.ts';
import type { Texts } from './texts.ts';

/** What each finding lacks: a plan without it does not answer the finding. */
const LACKING: Readonly<Record<string, readonly Kind[]>> = {
  'host-not-declared': ['ServiceEntry'],
  'destination-host-not-found': ['ServiceEntry'],
  'port-not-declared': ['ServiceEntry'],
  'gateway-not-found': ['Gateway'],
  'host-not-served': ['Gateway'],
  'server-host-missing': ['Gateway'],
  'gateway-port-not-open': ['Gateway'],
  'subset-not-found': ['DestinationRule'],
  'gateway-leg-missing': ['VirtualService'],
};

/** In larger folders, planning takes longer than a light bulb may. */
const FILES_AT_MOST = 500;

/** What tells the edit of a route when the client asks for it. */
export interface RouteActionData {
  readonly uri: string;
  readonly route: RouteRequest;
}

export class RouteActions {
  readonly #folders: Folders;
  readonly #texts: Texts;
  readonly #edits: FixEdits;
  readonly #planning: Planning;
  readonly #leads: boolean;

  /** @param options.leads the client has `CREATE_COMMAND` */
  constructor(options: {
    readonly folders: Folders;
    readonly texts: Texts;
    readonly edits: FixEdits;
    readonly planning: Planning;
    readonly leads: boolean;
  }) {
    this.#folders = options.folders;
    this.#texts = options.texts;
    this.#edits = options.edits;
    this.#planning = options.planning;
    this.#leads = options.leads;
  }

  /**
   * What completes the route that a finding is about.
   *
   * @param form how the edit is given: with the action, or when it was chosen
   */
  async completing(
    { uri, folder, finding, diagnostics, token }: Asked,
    form: 'whole' | 'resolved',
  ): Promise<readonly CodeAction[]> {
    const lacking = LACKING[finding.code];
    if (!lacking || !this.#edits.creates) return [];
    const request = requestOf(folder, finding);
    if (!request) return [];
    const base = { kind: CodeActionKind.QuickFix, diagnostics: [...diagnostics] };
    // Which server answers for a wildcard is for somebody to say.
    const isOpen = request.pattern === 'wildcard' && request.server === undefined;
    if (isOpen || folder.analysis.snapshot.files.size > FILES_AT_MOST) return this.#leadingTo(base, folder, request);
    const plan = await this.#planning.plan(folder, request, token);
    const kinds = [...plan.created, ...plan.reused.filter(({ edited }) => edited)].map(({ kind }) => kind);
    if (plan.status !== 'ready' || !kinds.some((kind) => lacking.some((each) => each === kind))) return [];
    const title = titleOf(plan);
    if (form === 'whole') return [{ ...base, title, edit: await editOf(this.#edits, plan) }];
    const data: RouteActionData = { uri, route: request };
    return [{ ...base, title, data }];
  }

  /** The edit of an action that was chosen; undefined where it would be another one now. */
  async editOf(folder: Folder, { route }: RouteActionData, title: string, token: CancellationToken) {
    const plan = await this.#planning.plan(folder, route, token);
    return plan.status === 'ready' && titleOf(plan) === title ? editOf(this.#edits, plan) : undefined;
  }

  /** Leads from a ServiceEntry without a route to the command; from an address only who asks: addresses are everywhere. */
  async leading(
    folder: Folder,
    { path, position, isAsked }: { readonly path: string; readonly position: Position; readonly isAsked: boolean },
  ): Promise<readonly CodeAction[]> {
    if (!this.#leads) return [];
    const lines = await this.#texts.lines(path);
    if (!lines) return [];
    const line = lines.text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)[position.line] ?? '';
    const written = isAsked ? addressIn(line, position.character) : undefined;
    const offset = lines.offset(position);
    const resource = resourceAt(folder.analysis.snapshot, path, offset);
    const isMeant = written === undefined && resource !== undefined && isAtName(resource, offset);
    const [wildcard] = isMeant ? wildcardsOf(folder, resource) : [];
    const address = written ?? (wildcard ? `https://${wildcard.host}` : isMeant ? addressOf(resource) : undefined);
    if (address === undefined || isRouted(folder, address)) return [];
    const title = `Route ${address} through the egress gateway…`;
    const changes = wildcard ? { changes: { ...wildcard } } : {};
    const question: RouteQuestion = { address, folder: this.#folders.uri(folder.root), ...changes };
    const command = { title, command: CREATE_COMMAND, arguments: [question] };
    return [{ title, kind: CodeActionKind.Refactor, command }];
  }

  #leadingTo(base: Omit<CodeAction, 'title'>, folder: Folder, request: RouteRequest): readonly CodeAction[] {
    if (!this.#leads) return [];
    const title = `Complete the route to ${request.host}…`;
    const port = request.port === undefined ? '' : `:${request.port}`;
    const begins = request.pattern === 'tls-origination';
    const address = `${PATTERNS[request.pattern].scheme}://${request.host}${begins ? '' : port}`;
    const question: RouteQuestion = { address, folder: this.#folders.uri(folder.root), changes: { ...request } };
    return [{ ...base, title, command: { title, command: CREATE_COMMAND, arguments: [question] } }];
  }
}

/** A finding that actions are asked for. */
export interface Asked {
  readonly uri: string;
  readonly folder: Folder;
  readonly finding: Finding;
  readonly diagnostics: readonly Diagnostic[];
  readonly token: CancellationToken;
}

/** The route that a finding is about, in the first set that tells. */
function requestOf({ analysis }: Folder, { path, range }: Finding): RouteRequest | undefined {
  const resource = resourceAt(analysis.snapshot, path, range.start);
  if (resource?.kind !== 'VirtualService') return undefined;
  const sets = analysis.traceables();
  for (const subject of sets) {
    const [first, second] = requestsIn(subject, resource);
    // Where one is meant for several hosts, which one the finding is about is not told.
    if (first && (!second || second.host === first.host))
      return sets.length > 1 ? { ...first, set: subject.id } : first;
  }
  return undefined;
}

/** What the wildcards of a VirtualService could be routed as, in the first set that tells. */
function wildcardsOf({ analysis }: Folder, resource: Resource): readonly RouteRequest[] {
  for (const subject of analysis.traceables()) {
    const object = resource.kind === 'VirtualService' ? objectIn(subject, resource) : undefined;
    if (object?.resource.kind !== 'VirtualService') continue;
    const found = wildcardRoutes(subject.mesh.reader(), { ...object, resource: object.resource });
    if (found.length > 0) return found;
  }
  return [];
}

function requestsIn(subject: Traceable, resource: Resource): readonly RouteRequest[] {
  const object = objectIn(subject, resource);
  if (object?.resource.kind !== 'VirtualService') return [];
  return meantRoutes(subject.mesh.reader(), { ...object, resource: object.resource });
}

/** `Create ServiceEntry team-a/api-example-com`; where it is more, how much. */
function titleOf({ created, reused, request }: RoutePlan): string {
  const edited = reused.filter((each) => each.edited);
  const [first, second] = [
    ...created.map((each) => `create ${nameOf(each)}`),
    ...edited.map((each) => `extend ${nameOf(each)}`),
  ];
  if (first !== undefined && second === undefined) return first.charAt(0).toUpperCase() + first.slice(1);
  if (created.length + edited.length === 2 && first !== undefined)
    return `${first.charAt(0).toUpperCase()}${first.slice(1)}, ${second}`;
  return `Complete the route to ${request.host}: ${created.length} new resources, ${edited.length} changed`;
}

function nameOf(each: { readonly kind: string; readonly namespace: string; readonly name: string }): string {
  return `${each.kind} ${each.namespace}/${each.name}`;
}

/** On the name or the hosts: an action everywhere would be noise. */
function isAtName(resource: Resource, offset: number): boolean {
  const isHosted = resource.kind === 'ServiceEntry' || resource.kind === 'VirtualService';
  const hosts = isHosted ? resource.hosts : undefined;
  return [resource.name, hosts].some((each) => each && offset >= each.range.start && offset <= each.range.end);
}

function isRouted({ analysis }: Folder, address: string): boolean {
  const read = parseAddress(address);
  if ('problem' in read) return true;
  return analysis.traceables().some(({ mesh }) => {
    const reader = mesh.reader();
    const { host } = read.request;
    const routes = reader
      .hosting('VirtualService', host)
      // A route of a host under it is none of the wildcard.
      .filter(({ resource }) => !isWildcard(host) || resource.hosts?.items.some(({ value }) => value === host));
    return [...routes, ...apiRoutesNaming(reader, host)].some((route) =>
      isEgressRoute(route, reader.settings.clusterDomain),
    );
  });
}

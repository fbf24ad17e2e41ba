/** The DestinationRule on the external host that makes a proxy begin TLS. */
import type { DestinationRule } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { apiRoutesFor, rulesOfRoute } from '../../mesh/route-rules.ts';
import type { YamlData } from '../../yaml/edits.ts';
import type { MergedRule } from '../../trace/destination-rules.ts';
import { exportToFor } from '../audience.ts';
import { conflict, type Context, exportDefaults, nameOfObject, placeOf } from '../context.ts';
import type { Selector } from '../gateways.ts';
import type { OriginationShape } from '../shape.ts';
import { slugOf } from '../slug.ts';
import type { GatewayLeg } from './found-legs.ts';
import { isExactly, portPolicy, ruleFor, tlsOf } from './rule-lookup.ts';
import { portSettings } from './port-settings.ts';

/** The subset of the external host that the gateway sends to where others in its namespace must not begin TLS too. */
const SUBSET = 'originate-tls';

/**
 * What tells the gateway's calls from those that must not get TLS: a subset that its rule sends to (`leg`: the rule that is there already), or a rule for its
 * pods alone, since routes of Gateway API know no subsets.
 */
export type Apart = { readonly by: 'subset'; readonly leg: GatewayLeg | undefined } | { readonly by: 'selector' };

/**
 * Sees to it that the gateway, or the sidecars, begin TLS to the port.
 *
 * @param apart how the gateway alone begins TLS, where others send to the port too
 * @returns the subset that the gateway's rule has to send to; undefined for none
 */
export function planOrigination(context: Context, wanted: OriginationShape, apart: Apart): string | undefined {
  const owner = entryNamespace(context, wanted.host);
  if (wanted.at === 'sidecar') {
    atSidecars(context, wanted, owner);
    return undefined;
  }
  const { install } = context;
  if (!install) return undefined;
  const isShared = context.shared || isPassedThrough(context, wanted);
  const subset = apart.by === 'selector' ? undefined : apart.leg ? apart.leg.subset : isShared ? SUBSET : undefined;
  const selector = apart.by === 'selector' ? install.selector : undefined;
  const rule = ruleFor(context, wanted.host, owner, {
    namespace: install.namespace,
    labels: install.podLabels[0] ?? {},
  });
  // What others see too is left alone: the gateway's own namespace goes before it.
  const own = rule && rule.source.namespace === install.namespace && isExactly(context, rule.source, wanted.host);
  if (own) extend(context, rule, wanted, subset);
  else if (!rule || !isDone(rule, wanted, subset))
    create(context, wanted, context.gatewayHome, gatewayExport(context), { subset, selector });
  return subset;
}

/** Whether routes send the application's own TLS, or any bytes, to the same port: those must not get another layer. */
function isPassedThrough({ draft, plane }: Context, { host, port }: OriginationShape): boolean {
  const { reader } = draft;
  return [...reader.covering('VirtualService', host), ...apiRoutesFor(reader, host)]
    .filter(plane.accepts)
    .flatMap((each) => rulesOfRoute(each, reader.settings.clusterDomain))
    .filter(({ block }) => block !== 'http')
    .flatMap(({ destinations }) => destinations)
    .some(({ destination }) => destination?.host?.value === host && (destination.port?.value ?? port) === port);
}

/** One rule serves all sidecars that look in the same place. */
function atSidecars(context: Context, wanted: OriginationShape, owner: string): void {
  const rules = new Map<MeshObject<DestinationRule>, MergedRule>();
  let missing = false;
  for (const client of context.clients) {
    const rule = ruleFor(context, wanted.host, owner, { namespace: client, labels: {} });
    if (rule && isExactly(context, rule.source, wanted.host)) rules.set(rule.source, rule);
    else missing = true;
  }
  for (const rule of rules.values()) extend(context, rule, wanted, undefined);
  if (!missing) return;
  const readers = { audience: context.audience, gateways: [] };
  const exportTo = exportToFor(readers, owner, exportDefaults(context, 'DestinationRule'));
  create(context, wanted, owner, exportTo, {});
}

/** The gateway alone sees it: clients that begin TLS themselves must not get another layer. */
function gatewayExport({ install, gatewayHome }: Context): readonly string[] {
  return gatewayHome === install?.namespace ? ['.'] : [install?.namespace ?? '.'];
}

/** Where the host's ServiceEntry is, or will be: its namespace is looked in for rules. */
function entryNamespace({ draft, plane, home }: Context, host: string): string {
  const [existing] = draft.reader.hosting('ServiceEntry', host).filter(plane.accepts);
  return existing?.namespace ?? home;
}

function isDone({ subsets, trafficPolicy }: MergedRule, wanted: OriginationShape, subset: string | undefined): boolean {
  const inner = subsets.find((each) => subset !== undefined && each.name?.value === subset);
  if (subset !== undefined && !inner) return false;
  const tls = tlsOf(wanted.port, inner?.trafficPolicy, trafficPolicy);
  return tls?.mode?.value === wanted.mode && tls.credentialName?.value === wanted.credential;
}

function extend(context: Context, rule: MergedRule, wanted: OriginationShape, subset: string | undefined): void {
  const { draft } = context;
  const { source, trafficPolicy } = rule;
  if (isDone(rule, wanted, subset)) {
    draft.use(source);
    return;
  }
  const holder = rule.from.find((each) => each.resource.trafficPolicy === trafficPolicy) ?? source;
  if (subset !== undefined && !rule.subsets.some((each) => each.name?.value === subset) && draft.isEditable(holder)) {
    const list = holder.resource.subsets;
    if (list) draft.edit(holder, { kind: 'append-item', range: list.range, value: subsetData(wanted, subset) });
    else draft.setSpec(holder, 'subsets', [subsetData(wanted, subset)]);
    return;
  }
  const free = tlsOf(wanted.port, trafficPolicy) === undefined && !portPolicy(trafficPolicy, wanted.port);
  if (subset === undefined && free && draft.isEditable(holder)) {
    const settings = portSettings(wanted.port, tlsData(wanted));
    const list = trafficPolicy?.portLevelSettings;
    if (list) draft.edit(holder, { kind: 'append-item', range: list.range, value: settings });
    else if (trafficPolicy)
      draft.edit(holder, { kind: 'set-key', range: trafficPolicy.range, key: 'portLevelSettings', value: [settings] });
    else draft.setSpec(holder, 'trafficPolicy', { portLevelSettings: [settings] });
    return;
  }
  conflict(context, {
    code: 'destination-rule-taken',
    text: `${nameOfObject(source)} has other settings for port ${wanted.port} of ${wanted.host}.`,
    at: placeOf(source),
    waysOut: [{ title: 'Open it', open: placeOf(source) }],
  });
}

function create(
  { draft, apiVersion }: Context,
  wanted: OriginationShape,
  namespace: string,
  exportTo: readonly string[] | undefined,
  { subset, selector }: { readonly subset?: string | undefined; readonly selector?: Selector | undefined },
): void {
  const prefix = wanted.mode === 'MUTUAL' ? 'originate-mtls-for-' : 'originate-tls-for-';
  const policy = { portLevelSettings: [portSettings(wanted.port, tlsData(wanted))] };
  draft.add({
    apiVersion,
    kind: 'DestinationRule',
    name: draft.nameFor('DestinationRule', namespace, slugOf(wanted.host, prefix)),
    namespace,
    comment: wanted.at === 'gateway' ? 'The gateway begins TLS to the host.' : 'Sidecars begin TLS to the host.',
    spec: {
      host: wanted.host,
      ...(selector ? { workloadSelector: { matchLabels: selector } } : {}),
      ...(subset === undefined ? { trafficPolicy: policy } : { subsets: [subsetData(wanted, subset)] }),
      ...(exportTo ? { exportTo } : {}),
    },
  });
}

function subsetData(wanted: OriginationShape, name: string): YamlData {
  return { name, trafficPolicy: { portLevelSettings: [portSettings(wanted.port, tlsData(wanted))] } };
}

function tlsData({ mode, credential, host }: OriginationShape): Readonly<Record<string, YamlData>> {
  return { mode, ...(credential === undefined ? {} : { credentialName: credential }), sni: host };
}

/** Sees to it that nobody begins TLS around the application's own. */
export function planWithoutOrigination(context: Context): void {
  const { shape, install, clients, draft } = context;
  const [call] = shape.calls;
  if (call?.protocol !== 'https') return;
  const host = shape.gateway?.legs.to.host ?? shape.host;
  const port = shape.gateway?.legs.to.port ?? call.port;
  const owner = entryNamespace(context, host);
  const proxies = install
    ? [{ namespace: install.namespace, labels: install.podLabels[0] ?? {} }]
    : clients.map((namespace) => ({ namespace, labels: {} }));
  for (const proxy of proxies) {
    const rule = ruleFor(context, host, owner, proxy);
    const mode = rule && tlsOf(port, rule.trafficPolicy)?.mode?.value;
    if (!rule || (mode !== 'SIMPLE' && mode !== 'MUTUAL')) continue;
    if (draft.conflicts.some(({ code }) => code === 'destination-rule-taken')) return;
    conflict(context, {
      code: 'destination-rule-taken',
      text: `${nameOfObject(rule.source)} begins TLS to port ${port} of ${host}: what the application encrypts itself would be encrypted twice.`,
      at: placeOf(rule.source),
      waysOut: [
        ...(install
          ? [{ title: 'Let the gateway begin TLS, and call http://', change: { pattern: 'tls-origination' } as const }]
          : []),
        { title: 'Open it', open: placeOf(rule.source) },
      ],
    });
  }
}

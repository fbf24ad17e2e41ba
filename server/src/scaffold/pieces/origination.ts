/** The DestinationRule on the external host that makes a proxy begin TLS. */
import type { DestinationRule } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import type { YamlData } from '../../yaml/edits.ts';
import type { MergedRule } from '../../trace/destination-rules.ts';
import { exportToFor } from '../audience.ts';
import { conflict, type Context, exportDefaults, nameOfObject, placeOf } from '../context.ts';
import type { OriginationShape } from '../shape.ts';
import { slugOf } from '../slug.ts';
import { isExactly, portPolicy, ruleFor, tlsOf } from './rule-lookup.ts';
import { portSettings } from './port-settings.ts';

/** Sees to it that the gateway, or the sidecars, begin TLS to the port. */
export function planOrigination(context: Context, wanted: OriginationShape): void {
  const owner = entryNamespace(context, wanted.host);
  if (wanted.at === 'gateway') {
    const { install } = context;
    if (!install) return;
    const proxy = { namespace: install.namespace, labels: install.podLabels[0] ?? {} };
    const rule = ruleFor(context, wanted.host, owner, proxy);
    // What others see too is left alone: the gateway's own namespace goes before it.
    const own = rule && rule.source.namespace === install.namespace && isExactly(context, rule.source, wanted.host);
    if (own) extend(context, rule, wanted);
    else if (!rule || !isDone(rule, wanted)) create(context, wanted, context.gatewayHome, gatewayExport(context));
    return;
  }
  const rules = new Map<MeshObject<DestinationRule>, MergedRule>();
  let missing = false;
  for (const client of context.clients) {
    const rule = ruleFor(context, wanted.host, owner, { namespace: client, labels: {} });
    if (rule && isExactly(context, rule.source, wanted.host)) rules.set(rule.source, rule);
    else missing = true;
  }
  for (const rule of rules.values()) extend(context, rule, wanted);
  if (!missing) return;
  const readers = { audience: context.audience, gateways: [] };
  create(context, wanted, owner, exportToFor(readers, owner, exportDefaults(context, 'DestinationRule')));
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

function isDone({ trafficPolicy }: MergedRule, wanted: OriginationShape): boolean {
  const tls = tlsOf(wanted.port, trafficPolicy);
  const credential = tls?.credentialName?.value;
  return tls?.mode?.value === wanted.mode && credential === wanted.credential;
}

function extend(context: Context, rule: MergedRule, wanted: OriginationShape): void {
  const { draft } = context;
  const { source, trafficPolicy } = rule;
  if (isDone(rule, wanted)) {
    draft.use(source);
    return;
  }
  const holder = rule.from.find((each) => each.resource.trafficPolicy === trafficPolicy) ?? source;
  const free = tlsOf(wanted.port, trafficPolicy) === undefined && !portPolicy(trafficPolicy, wanted.port);
  if (free && draft.isEditable(holder)) {
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
): void {
  const prefix = wanted.mode === 'MUTUAL' ? 'originate-mtls-for-' : 'originate-tls-for-';
  draft.add({
    apiVersion,
    kind: 'DestinationRule',
    name: draft.nameFor('DestinationRule', namespace, slugOf(wanted.host, prefix)),
    namespace,
    comment: wanted.at === 'gateway' ? 'The gateway begins TLS to the host.' : 'Sidecars begin TLS to the host.',
    spec: {
      host: wanted.host,
      trafficPolicy: { portLevelSettings: [portSettings(wanted.port, tlsData(wanted))] },
      ...(exportTo ? { exportTo } : {}),
    },
  });
}

function tlsData({ mode, credential, host }: OriginationShape): Readonly<Record<string, YamlData>> {
  return { mode, ...(credential === undefined ? {} : { credentialName: credential }), sni: host };
}

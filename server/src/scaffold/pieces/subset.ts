/** The gateway's subset of a route: what sidecars use toward the gateway for this host alone. */
import type { Subset } from '../../manifest/types.ts';
import type { MergedRule } from '../../trace/destination-rules.ts';
import type { YamlData } from '../../yaml/edits.ts';
import { exportToFor } from '../audience.ts';
import { conflict, type Context, exportDefaults, nameOfObject, placeOf } from '../context.ts';
import { freeName, slugOf } from '../slug.ts';
import type { FoundLegs } from './found-legs.ts';
import { portSettings } from './port-settings.ts';
import { isExactly, portPolicy, ruleFor, tlsOf } from './rule-lookup.ts';

/**
 * Sees to it that every client has the subset.
 *
 * @param mutual whether the hop has mutual TLS
 * @returns the subset's name; `none` where the route goes without one; undefined where a conflict is in the way
 */
export function planSubset(
  context: Context,
  mutual: boolean,
  port: number,
  found: FoundLegs,
): { readonly subset: string | undefined } | undefined {
  const { install, shape, clients, request, gatewayHome, home } = context;
  if (!install) return { subset: undefined };
  if (found.mesh && found.mesh.subset === undefined && !mutual) return { subset: undefined };
  const subset = found.mesh?.subset ?? request.subset ?? slugOf(shape.host);
  // A rule outside the gateway's namespace is found by the clients of its own namespace alone.
  const reachable = gatewayHome === install.namespace || clients.every((client) => client === home);
  // Clients of the namespace that a rule will be in have that rule alone, and which one it is is not known.
  const shadowed = context.draft.reader
    .hosting('DestinationRule', install.host)
    .some(({ namespace }) => namespace === undefined);
  if ((!reachable || shadowed) && !mutual && !found.mesh) return { subset: undefined };
  const rules = new Map<MergedRule | undefined, string>();
  for (const client of clients) {
    const rule = ruleFor(context, install.host, install.namespace, { namespace: client, labels: {} });
    const known = [...rules.keys()].find((each) => each?.source === rule?.source);
    if (known === undefined || rule === undefined) rules.set(rule, client);
  }
  for (const [rule, client] of rules) {
    if (!ensureIn(context, rule, { client, subset, mutual, port })) return undefined;
  }
  return { subset };
}

interface Wanted {
  readonly client: string;
  readonly subset: string;
  readonly mutual: boolean;
  readonly port: number;
}

function ensureIn(context: Context, rule: MergedRule | undefined, wanted: Wanted): boolean {
  const { install, draft } = context;
  if (!install) return true;
  if (!rule) return create(context, context.gatewayHome, wanted);
  if (!isExactly(context, rule.source, install.host)) {
    const owner = rule.source.namespace === wanted.client ? wanted.client : context.gatewayHome;
    return create(context, owner, wanted);
  }
  const existing = rule.subsets.find((each) => each.name?.value === wanted.subset);
  if (existing) return reuse(context, rule, existing, wanted);
  const target = rule.from.find((each) => draft.isEditable(each));
  if (!target) return create(context, rule.source.namespace ?? context.gatewayHome, wanted);
  const value = subsetData(context, wanted, inherits(rule, wanted.port));
  const list = target.resource.subsets;
  if (list) draft.edit(target, { kind: 'append-item', range: list.range, value });
  else draft.setSpec(target, 'subsets', [value]);
  return true;
}

/** Whether the rule gives TLS to all its subsets. */
function inherits({ trafficPolicy }: MergedRule, port: number): boolean {
  const tls = tlsOf(port, trafficPolicy);
  return tls !== undefined && (tls.mode?.value ?? 'DISABLE') !== 'DISABLE';
}

/** Uses a subset of the wanted name where it does what is wanted, or says nothing yet of the port. */
function reuse(context: Context, rule: MergedRule, existing: Subset, wanted: Wanted): boolean {
  const { draft, shape } = context;
  const owner = rule.from.find((each) => each.resource.subsets?.items.includes(existing)) ?? rule.source;
  const tls = tlsOf(wanted.port, existing.trafficPolicy, rule.trafficPolicy);
  const mode = tls?.mode?.value ?? 'DISABLE';
  const same = wanted.mutual ? mode === 'ISTIO_MUTUAL' && tls?.sni?.value === shape.host : mode === 'DISABLE';
  if (same) {
    draft.use(owner);
    return true;
  }
  const { trafficPolicy } = existing;
  if (wanted.mutual && tls === undefined && !portPolicy(trafficPolicy, wanted.port) && draft.isEditable(owner)) {
    const settings = portSettings(wanted.port, { mode: 'ISTIO_MUTUAL', sni: shape.host });
    const list = trafficPolicy?.portLevelSettings;
    if (list) draft.edit(owner, { kind: 'append-item', range: list.range, value: settings });
    else if (trafficPolicy)
      draft.edit(owner, { kind: 'set-key', range: trafficPolicy.range, key: 'portLevelSettings', value: [settings] });
    else
      draft.edit(owner, {
        kind: 'set-key',
        range: existing.range,
        key: 'trafficPolicy',
        value: { portLevelSettings: [settings] },
      });
    return true;
  }
  const other = freeName(wanted.subset, (name) => rule.subsets.some((each) => each.name?.value === name));
  conflict(context, {
    code: 'subset-taken',
    text: `Subset ${wanted.subset} of ${nameOfObject(owner)} has other settings for port ${wanted.port} (${mode}).`,
    at: { path: owner.path, range: existing.range },
    waysOut: [
      { title: `Use subset ${other}`, change: { subset: other } },
      { title: 'Open it', open: placeOf(owner) },
    ],
  });
  return false;
}

function create(context: Context, namespace: string, wanted: Wanted): true {
  const { draft, install, apiVersion, shape } = context;
  const host = install?.host ?? '';
  const there = draft.created.some(
    (each) => each.kind === 'DestinationRule' && each.namespace === namespace && each.spec.host === host,
  );
  if (there) return true;
  const shown = namespace === install?.namespace ? exportDefaults(context, 'DestinationRule') : ['*'];
  const exportTo = exportToFor({ audience: 'all', gateways: [] }, namespace, shown);
  draft.add({
    apiVersion,
    kind: 'DestinationRule',
    name: draft.nameFor('DestinationRule', namespace, slugOf(shape.host, 'egressgateway-for-')),
    namespace,
    spec: { host, subsets: [subsetData(context, wanted, false)], ...(exportTo ? { exportTo } : {}) },
  });
  return true;
}

/** @param inherited whether the rule gives TLS to its subsets, which a plain hop must not have */
function subsetData({ shape }: Context, { subset, mutual, port }: Wanted, inherited: boolean): YamlData {
  if (mutual) {
    const settings = portSettings(port, { mode: 'ISTIO_MUTUAL', sni: shape.host });
    return { name: subset, trafficPolicy: { portLevelSettings: [settings] } };
  }
  if (!inherited) return { name: subset };
  return { name: subset, trafficPolicy: { portLevelSettings: [portSettings(port, { mode: 'DISABLE' })] } };
}

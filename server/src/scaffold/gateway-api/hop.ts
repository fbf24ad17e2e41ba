/** TLS between sidecars and the gateway: routes of Gateway API know no subsets, so that the settings are those of a port of the gateway's Service. */
import type { ClientTls } from '../../manifest/types.ts';
import type { MergedRule } from '../../trace/destination-rules.ts';
import { exportToFor } from '../audience.ts';
import { conflict, exportDefaults, nameOfObject, placeOf } from '../context.ts';
import { portSettings } from '../pieces/port-settings.ts';
import { isExactly, portPolicy, ruleFor, tlsOf } from '../pieces/rule-lookup.ts';
import type { ApiPlan } from './parts.ts';

interface ClientRule {
  readonly client: string;
  readonly rule: MergedRule | undefined;
  /** Whether the rule is for the gateway's host, not for a wildcard over it. */
  readonly exact: boolean;
}

/** Whether sidecars can send to a port what its listener reads: plain bytes, or mutual TLS. */
export function canSendTo(plan: ApiPlan, port: number): boolean {
  const { draft } = plan.context;
  return rulesOfClients(plan).every(({ rule, exact }) => {
    if (!rule || !exact || isRight(plan, tlsOf(port, rule.trafficPolicy))) return true;
    return !portPolicy(rule.trafficPolicy, port) && rule.from.some((each) => draft.isEditable(each));
  });
}

/** The server name that mutual TLS to a port has for every client; undefined where it is the gateway's own. */
export function serverNameTo(plan: ApiPlan, port: number): string | undefined {
  return rulesOfClients(plan).flatMap(({ rule }) => (rule && tlsOf(port, rule.trafficPolicy)?.sni?.value) ?? [])[0];
}

/** Sees to it that every client does. */
export function planHop(plan: ApiPlan, port: number): void {
  const { context, mutual } = plan;
  for (const { client, rule, exact } of rulesOfClients(plan)) {
    const right = isRight(plan, rule && tlsOf(port, rule.trafficPolicy));
    if (right && mutual && rule) context.draft.use(rule.source);
    if (right) continue;
    if (!rule) create(plan, context.gatewayHome, port);
    else if (!exact) create(plan, rule.source.namespace === client ? client : context.gatewayHome, port);
    else extend(plan, rule, port);
  }
}

/** One for each rule that clients have for the gateway. */
function rulesOfClients({ context, install }: ApiPlan): readonly ClientRule[] {
  const found: ClientRule[] = [];
  for (const client of context.clients) {
    const rule = ruleFor(context, install.host, install.namespace, { namespace: client, labels: {} });
    if (found.some((each) => each.rule?.source === rule?.source)) continue;
    found.push({ client, rule, exact: rule !== undefined && isExactly(context, rule.source, install.host) });
  }
  return found;
}

function isRight({ mutual }: ApiPlan, tls: ClientTls | undefined): boolean {
  const mode = tls?.mode?.value ?? 'DISABLE';
  return mutual ? mode === 'ISTIO_MUTUAL' : mode === 'DISABLE';
}

function settingsOf({ mutual }: ApiPlan, port: number) {
  return portSettings(port, { mode: mutual ? 'ISTIO_MUTUAL' : 'DISABLE' });
}

function extend(plan: ApiPlan, rule: MergedRule, port: number): void {
  const { draft } = plan.context;
  const { trafficPolicy, source } = rule;
  const holder = rule.from.find((each) => each.resource.trafficPolicy === trafficPolicy) ?? source;
  if (!draft.isEditable(holder) || portPolicy(trafficPolicy, port)) {
    conflict(plan.context, {
      code: 'destination-rule-taken',
      text: `${nameOfObject(source)} has other settings for port ${port} of ${plan.install.host}.`,
      at: placeOf(source),
      waysOut: [{ title: 'Open it', open: placeOf(source) }],
    });
    return;
  }
  const value = settingsOf(plan, port);
  const list = trafficPolicy?.portLevelSettings;
  if (list) draft.edit(holder, { kind: 'append-item', range: list.range, value });
  else if (trafficPolicy)
    draft.edit(holder, { kind: 'set-key', range: trafficPolicy.range, key: 'portLevelSettings', value: [value] });
  else draft.setSpec(holder, 'trafficPolicy', { portLevelSettings: [value] });
}

function create(plan: ApiPlan, namespace: string, port: number): void {
  const { context, install } = plan;
  const { draft, apiVersion } = context;
  const { host, service } = install;
  const isThere = draft.created.some((each) => each.namespace === namespace && each.spec.host === host);
  if (isThere) return;
  const shown = namespace === install.namespace ? exportDefaults(context, 'DestinationRule') : ['*'];
  const exportTo = exportToFor({ audience: 'all', gateways: [] }, namespace, shown);
  draft.add({
    apiVersion,
    kind: 'DestinationRule',
    name: draft.nameFor('DestinationRule', namespace, service),
    namespace,
    spec: { host, trafficPolicy: { portLevelSettings: [settingsOf(plan, port)] }, ...(exportTo ? { exportTo } : {}) },
  });
}

/** Load balancing by locality (`ValidateLocalityLbSetting`, `ValidateZoneAwareLbSetting`, `pkg/config/validation/agent/validation.go`). */
import type { Range } from '../yaml/nodes.ts';
import { quoted } from './names.ts';
import type { View } from './view.ts';

interface Context {
  readonly hasOutlier: boolean;
  readonly warns: 'heard' | 'lost';
}

const FROM = 'from';

const TOPOLOGY = new Set(['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone']);

export function checkLocality(setting: View, context: Context): void {
  const { found } = setting;
  const count = (key: string) => setting.count(key) ?? 0;
  if (count('distribute') > 0 && count('failover') > 0) {
    const text = '`distribute` and `failover` exclude each other. Keep one of them.';
    found.error('fields-conflict', 'webhook', setting.keyAt('failover'), text, {
      related: [{ range: setting.keyAt('distribute'), text: '`distribute` is here.' }],
    });
    return;
  }
  if (count('failover') > 0) {
    const topology = setting
      .items('failoverPriority')
      .find((each) => each.value !== undefined && TOPOLOGY.has(each.value));
    if (topology) {
      const text = `${quoted(topology.value ?? '')} cannot be a priority where \`failover\` says how regions follow each other.`;
      found.error('fields-conflict', 'webhook', topology.range, text);
      return;
    }
  }
  const from: Locality[] = [];
  for (const each of setting.objects('distribute')) {
    from.push({ text: each.text(FROM), range: each.at(FROM) });
    if (!checkShares(each)) return;
  }
  checkLocalities(setting, from);
  checkFailover(setting, context);
}

export function checkZoneAware(setting: View, context: Context): void {
  for (const { value, range } of setting.items('failoverPriority')) {
    if (value === undefined || !TOPOLOGY.has(value)) continue;
    setting.found.error(
      'value-not-allowed',
      'webhook',
      range,
      `${quoted(value)} cannot be a priority: regions and zones are taken care of already.`,
    );
  }
  checkFailover(setting, context);
}

function checkFailover(setting: View, { hasOutlier, warns }: Context): void {
  const { found } = setting;
  const key = ['failover', 'failoverPriority'].find((each) => (setting.count(each) ?? 0) > 0);
  if (key !== undefined && !hasOutlier && warns === 'heard') {
    found.warning(
      'setting-ignored',
      setting.keyAt(key),
      `\`${key}\` does nothing without \`outlierDetection\`: endpoints are never taken for broken.`,
    );
  }
  for (const each of setting.objects('failover')) {
    const from = each.text(FROM);
    const to = each.text('to');
    if (from === undefined || to === undefined) continue;
    if (from === to)
      found.error(
        'value-duplicated',
        'webhook',
        each.has('to') ? each.at('to') : each.mark,
        'A region cannot fail over to itself.',
      );
    for (const end of [FROM, 'to']) {
      const region = each.text(end) ?? '';
      if (!/[/*]/.test(region)) continue;
      found.error(
        'value-invalid',
        'webhook',
        each.at(end),
        `${quoted(region)} is no region: a failover names regions alone, without zones and \`*\`.`,
      );
    }
  }
}

/** Shares of localities are percentages that add up to 100. */
function checkShares(distribute: View): boolean {
  const { found } = distribute;
  const to = distribute.raw('to');
  const entries = to?.kind === 'mapping' ? to.entries : [];
  let total = 0;
  for (const { value } of entries) {
    if (value.kind !== 'scalar' || typeof value.value !== 'number') return false;
    if (value.value <= 0 || value.value > 100) {
      found.error('value-out-of-range', 'webhook', value.range, `A share is ${value.value}; it takes 1 to 100.`);
      return false;
    }
    total += value.value;
  }
  if (total !== 100) {
    found.error(
      'value-out-of-range',
      'webhook',
      distribute.has('to') ? distribute.keyAt('to') : distribute.mark,
      `The shares add up to ${total}, not to 100.`,
    );
    return false;
  }
  return checkLocalities(
    distribute,
    entries.map(({ key }) => ({ text: key.text, range: key.range })),
  );
}

interface Locality {
  readonly text: string | undefined;
  readonly range: Range;
}

/** Each is `region`, `region/zone` or `region/zone/subzone`, the last part may be `*`; none covers another. */
function checkLocalities({ found }: View, localities: readonly Locality[]): boolean {
  const seen: string[][] = [];
  for (const { text, range } of localities) {
    if (text === undefined) continue;
    const stars = text.split('*').length - 1;
    if (stars > 1 || (stars === 1 && !text.endsWith('*'))) {
      found.error('value-invalid', 'webhook', range, `${quoted(text)} can have one \`*\`, at its end.`);
      return false;
    }
    const slash = text.split('/');
    const parts = slash.length > 3 ? [slash[0] ?? '', slash[1] ?? '', slash.slice(2).join('/')] : slash;
    if (parts.includes('')) {
      found.error('value-invalid', 'webhook', range, `${quoted(text)} has an empty part.`);
      return false;
    }
    if (seen.some((each) => overlaps(each, parts))) {
      found.error('value-duplicated', 'webhook', range, `${quoted(text)} overlaps with a locality before it.`);
      return false;
    }
    seen.push(parts);
  }
  return true;
}

/** Whether a locality that comes later is taken by one before it. A region after one of its zones is, too. */
function overlaps(before: readonly string[], after: readonly string[]): boolean {
  if (before[0] === '*') return true;
  if (before[0] !== after[0]) return false;
  const [, zoneBefore, subBefore] = before;
  const [, zoneAfter, subAfter] = after;
  if (zoneBefore === undefined || zoneBefore === '*' || zoneAfter === undefined) return true;
  if (zoneBefore !== zoneAfter) return false;
  if (subBefore === undefined || subBefore === '*' || subAfter === undefined) return true;
  return subBefore === subAfter;
}

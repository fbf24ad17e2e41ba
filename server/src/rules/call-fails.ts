/** A call that fails, where no other rule knows why. */
import { parseClusterName } from '../trace/cluster-names.ts';
import { receivedText } from '../calls/wire-text.ts';
import type { CallRule } from './rule.ts';

export const rule: CallRule = {
  code: 'call-fails',
  title: 'Call fails',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  turn: 'last',
  ends: [
    'no-cluster',
    'no-endpoints',
    'no-route',
    'no-virtual-host',
    'no-listener',
    'no-filter-chain',
    'multiple-filter-chains',
    'tls-error',
    'mtls-error',
    'protocol-error',
    'loop',
  ],
  explain({ outcome: { ending, target }, subject }) {
    const decided = ending.at.because.at(-1) ?? ending.hops.at(-2)?.because.at(-1);
    const { resource } = subject;
    const own = resource.kind === 'VirtualService' || resource.kind === 'ServiceEntry' ? resource.hosts : undefined;
    const place = decided ? { path: decided.path, range: decided.range } : { range: (own ?? resource.name).range };
    const name = parseClusterName(ending.cluster?.name ?? '');
    const cause =
      ending.kind === 'no-cluster' || ending.kind === 'no-endpoints'
        ? `${name ? `${name.host}:${name.port}` : 'its destination'} is not there for this proxy`
        : `${target.under ?? target.host}:${target.port} ends there as ${receivedText(ending.at.received)}`;
    return { ...place, cause, remedy: 'Trace the call.' };
  },
  page: {
    what: 'A call to a host of the YAML fails on its way, and no other rule knows why.',
    why: 'Every call that the YAML is about is followed as Istio would route it. Where it ends with an error, that is reported even where the mistake has no rule of its own.',
    symptom: 'The message says what is seen and at which proxy.',
    remedy: 'Trace the call: each step names the YAML that decided it.',
    sources: ['https://istio.io/latest/docs/ops/diagnostic-tools/proxy-cmd/'],
  },
};

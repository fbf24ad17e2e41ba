/** Judges workspaces from outside of the planner: findings, rejections and traces as an editor shows them. */
import { createAnalysis } from '../../server/src/analysis/analysis.ts';
import { readContents } from '../../server/src/manifest/read-contents.ts';
import { chooseSet } from '../../server/src/features/choose-set.ts';
import { type TraceResult, traceCall } from '../../server/src/features/trace-call.ts';
import { rejections } from '../../server/src/validate/reject.ts';
import type { Call } from '../../server/src/trace/types.ts';
import type { Settings } from '../../server/src/workspace/settings.ts';
import { ROOT, type Texts } from './site.ts';

export interface Judge {
  /** Every finding of whatever severity, in one line each. */
  readonly findings: readonly string[];
  /** What the API server or istiod's webhook would not let in. */
  readonly rejected: readonly string[];
  trace(call: Call): TraceResult;
}

export function judge(texts: Texts, settings: Partial<Settings> = {}): Judge {
  const analysis = createAnalysis({ root: ROOT, settings: { editor: settings } });
  analysis.update(
    [...texts].map(([path, text]) => ({ path: `${ROOT}/${path}`, contents: readContents(`${ROOT}/${path}`, text) })),
  );
  const sets = analysis.traceables();
  const findings = analysis
    .paths()
    .flatMap(analysis.findings)
    .map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
  const rejected = sets.flatMap(({ mesh }) => {
    const reader = mesh.reader();
    const kinds = [
      'ServiceEntry',
      'Gateway',
      'DestinationRule',
      'VirtualService',
      'Sidecar',
      'K8sGateway',
      'HTTPRoute',
      'TLSRoute',
    ] as const;
    return kinds
      .flatMap((kind) => [...reader.all(kind)])
      .filter(({ implied }) => !implied)
      .flatMap((each) => rejections(each).map(({ text }) => text));
  });
  return {
    findings,
    rejected,
    trace(call) {
      const set = chooseSet(sets, call);
      if (!set) throw new Error('Nothing to follow a call in.');
      return traceCall(set, call);
    },
  };
}

/** A call's way in one line: the gateways that it passes, mutual TLS between, and what the far side sees. */
export function wayOf({ verdict, worst, hop }: TraceResult): string {
  const gateways = worst.hops.slice(1).map(({ proxy, received }) => {
    const mutual = received[0]?.startsWith('mtls') ? ' in mutual TLS' : '';
    return `${proxy}${mutual}`;
  });
  const wire = (worst.cluster?.end?.wire ?? []).join(' over ');
  return [verdict, ...gateways, wire, hop.clusters?.[0]?.name === 'PassthroughCluster' ? 'not declared' : '']
    .filter((each) => each !== '')
    .join(', ');
}

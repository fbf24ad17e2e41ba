/** The calls of a workspace with what becomes of them: the list that a call is picked from. */
import type { Call } from '../trace/types.ts';
import { callText } from './call-text.ts';
import { declaredClients } from '../calls/clients.ts';
import type { Verdict } from '../calls/endings.ts';
import { verdictSymptom } from './trace-text.ts';
import { type Traceable, traceCall } from './trace-call.ts';
import { callTargets, callTo } from '../calls/targets.ts';

export interface ListedCall {
  readonly call: Call;
  /** `http://httpbin.com from app`: what can be typed as well. */
  readonly text: string;
  readonly verdict: Verdict;
  /** `404 at the egress gateway`. */
  readonly outcome: string;
}

/**
 * Followed one by one as they are asked for, so that whoever shows a list stops where it is long enough: first each target from the namespace that it is
 * written in, then from the others.
 */
export function* workspaceCalls(subject: Traceable): Generator<ListedCall, void> {
  const reader = subject.mesh.reader();
  const clients = declaredClients(subject.tracer.plane(reader));
  const targets = callTargets(reader);
  const isClient = new Set(clients);
  for (const target of targets) if (isClient.has(target.home)) yield listedCall(subject, callTo(target, target.home));
  for (const target of targets) {
    for (const client of clients) if (client !== target.home) yield listedCall(subject, callTo(target, client));
  }
}

/** A call with what becomes of it. */
export function listedCall(subject: Traceable, asked: Call): ListedCall {
  const result = traceCall(subject, asked);
  const { call, verdict } = result;
  return { call, text: callText(asked), verdict, outcome: verdictSymptom(result) };
}

const MARKS: Readonly<Record<Verdict, string>> = {
  outside: '✓',
  'outside-not-through-gateway': '→',
  blocked: '✗',
  failed: '✗',
  unknown: '?',
};

/** `✗ http://httpbin.com from app: 404 at the egress gateway`. */
export function listedLine({ text, verdict, outcome }: Omit<ListedCall, 'call'>): string {
  return `${MARKS[verdict]} ${text}: ${outcome}`;
}

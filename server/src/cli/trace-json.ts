/** What `trace --format json` prints. Its shape is a contract: programs read it. */
import { urlText } from '../features/call-text.ts';
import type { Verdict } from '../calls/endings.ts';
import type { TraceResult } from '../features/trace-call.ts';
import type { Call, Cause, Hop, HopCluster } from '../trace/types.ts';
import type { PositionRange } from './lines.ts';
import { relativePath } from './paths.ts';
import type { Texts } from './texts.ts';

export interface JsonTrace {
  /** The apply set that the call was followed in; null where the folder is the only one. */
  readonly set: string | null;
  readonly request: Call & { readonly url: string };
  readonly hop: object;
  readonly verdict: Verdict;
  /** What would have to be in the workspace; empty unless the verdict is `unknown`. */
  readonly needs: readonly string[];
  readonly assumed: readonly string[];
  /** What is written for the call and never gets into the mesh, with why. */
  readonly rejected: readonly string[];
  /** What may decide otherwise. */
  readonly notModelled: readonly string[];
}

/** @param root the folder that was read, absolute: paths are relative to it */
export function jsonTrace(result: TraceResult, texts: Texts, root: string): JsonTrace {
  const { set, call, hop, verdict, needs, assumed, limits, rejected } = result;
  return {
    set: set.name ?? null,
    request: { url: urlText(call), ...call },
    hop: jsonHop(hop, texts, root),
    verdict,
    needs,
    assumed,
    rejected: rejected.map(
      ({ object: { resource, namespace }, text }) =>
        `${resource.kind} ${namespace ?? ''}/${resource.name.value ?? ''}: ${text}`,
    ),
    notModelled: limits.map(
      ({ policy, text }) =>
        `${policy.resource.kind} ${policy.namespace ?? ''}/${policy.resource.name.value ?? ''} ${text}`,
    ),
  };
}

interface JsonCause {
  readonly path: string;
  readonly range: PositionRange;
  readonly text: string;
}

function jsonHop({ because, clusters, assumed = [], ...hop }: Hop, texts: Texts, root: string): object {
  return {
    ...hop,
    ...(clusters && { clusters: clusters.map((each) => jsonCluster(each, texts, root)) }),
    because: because.map((each) => jsonCause(each, texts, root)),
    assumed,
  };
}

function jsonCluster({ because, next, ...cluster }: HopCluster, texts: Texts, root: string): object {
  return {
    ...cluster,
    ...(next && { next: jsonHop(next, texts, root) }),
    because: because.map((each) => jsonCause(each, texts, root)),
  };
}

function jsonCause({ kind, namespace, name, path, range, text }: Cause, texts: Texts, root: string): JsonCause {
  return {
    path: relativePath(root, path),
    range: texts.index(path).range(range),
    text: `${kind} ${namespace}/${name} ${text}`,
  };
}

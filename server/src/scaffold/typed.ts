/** Answers that are typed instead of picked. */
import type { RouteRequest } from './request.ts';
import { requestProblem } from './request-problem.ts';

/** What can be typed, by the field of the request that it is for. */
export type TypedField = 'gateway' | 'audience' | 'namespace' | 'credential' | 'addresses' | 'server';

/**
 * The request with an answer taken in.
 *
 * @returns the change, or why the text is no answer: one plain sentence
 */
export function takeTyped(
  request: RouteRequest,
  field: TypedField,
  text: string,
): { readonly change: Partial<RouteRequest> } | { readonly problem: string } {
  const change = changeOf(request, field, text.trim());
  const problem = requestProblem({ ...request, ...change });
  return problem === undefined ? { change } : { problem };
}

function changeOf(request: RouteRequest, field: TypedField, text: string): Partial<RouteRequest> {
  switch (field) {
    case 'audience':
      // Who names a namespace knows that it is there.
      return text === 'all' ? { audience: 'all' } : { audience: listOf(text), ...writesTo(request, listOf(text)) };
    case 'namespace':
      return { namespace: text, ...writesTo(request, [text]), ...keptAudience(request) };
    case 'gateway':
      return { gateway: text, ...writesTo(request, [text.split('/')[0] ?? '']) };
    case 'addresses':
      return { addresses: listOf(text) };
    case 'credential':
      return { credential: text };
    case 'server':
      return { server: text.toLowerCase() };
  }
}

/** Where a route is written does not change who may use it. */
function keptAudience({ audience, namespace }: RouteRequest): Partial<RouteRequest> {
  return { audience: audience ?? (namespace === undefined ? 'all' : [namespace]) };
}

function writesTo({ writeTo = [] }: RouteRequest, namespaces: readonly string[]): Partial<RouteRequest> {
  return { writeTo: [...new Set([...writeTo, ...namespaces])] };
}

function listOf(text: string): readonly string[] {
  return [...new Set(text.split(/[\s,]+/).filter((each) => each !== ''))];
}

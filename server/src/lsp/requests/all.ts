/** Every request that the server answers: one file each. */
import { addressAt } from './address-at.ts';
import { callAt } from './call-at.ts';
import { checkWorkspace } from './check-workspace.ts';
import { codeAction } from './code-action.ts';
import { codeLens } from './code-lens.ts';
import { completion } from './completion.ts';
import { diagnostic } from './diagnostic.ts';
import { explainFile } from './explain-file.ts';
import { fixAll } from './fix-all.ts';
import { hover } from './hover.ts';
import { listCalls } from './list-calls.ts';
import { planRoute } from './plan-route.ts';
import type { Listener } from './request.ts';
import { routeEdit } from './route-edit.ts';
import { routes } from './routes.ts';
import { traceCall } from './trace-call.ts';

export const REQUESTS: readonly Listener[] = [
  addressAt,
  callAt,
  checkWorkspace,
  codeAction,
  codeLens,
  completion,
  diagnostic,
  explainFile,
  fixAll,
  hover,
  listCalls,
  planRoute,
  routeEdit,
  routes,
  traceCall,
];

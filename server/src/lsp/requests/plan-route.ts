import type { CancellationToken } from 'vscode-languageserver';
import { PLAN_ROUTE, type RouteQuestion, type PlanRouteResult } from '../../protocol.ts';
import type { Listener } from './request.ts';

export const planRoute: Listener = (connection, { newRoutes }, answer) => {
  connection.onRequest<PlanRouteResult, void>(PLAN_ROUTE, (params: RouteQuestion, token: CancellationToken) =>
    answer(token, () => newRoutes.plan(params, token)),
  );
};

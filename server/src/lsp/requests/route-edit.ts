import type { CancellationToken } from 'vscode-languageserver';
import { ROUTE_EDIT, type RouteEditParams, type RouteEditResult } from '../../protocol.ts';
import type { Listener } from './request.ts';

export const routeEdit: Listener = (connection, { newRoutes }, answer) => {
  connection.onRequest<RouteEditResult, void>(ROUTE_EDIT, (params: RouteEditParams, token: CancellationToken) =>
    answer(token, () => newRoutes.edit(params, token)),
  );
};

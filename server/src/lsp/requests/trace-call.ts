import type { CancellationToken } from 'vscode-languageserver';
import { TRACE_CALL, type TraceQuestion, type TraceCallResult } from '../../protocol.ts';
import type { Listener } from './request.ts';

export const traceCall: Listener = (connection, { traces }, answer) => {
  connection.onRequest<TraceCallResult, void>(TRACE_CALL, (params: TraceQuestion, token: CancellationToken) =>
    answer(token, () => traces.answer(params)),
  );
};

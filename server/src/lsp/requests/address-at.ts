import type { CancellationToken } from 'vscode-languageserver';
import { ADDRESS_AT, type AddressAtParams } from '../../protocol.ts';
import type { Listener } from './request.ts';

export const addressAt: Listener = (connection, { newRoutes }, answer) => {
  connection.onRequest(ADDRESS_AT, (params: AddressAtParams, token: CancellationToken) =>
    answer(token, () => newRoutes.addressAt(params)),
  );
};

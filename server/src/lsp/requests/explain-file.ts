import type { CancellationToken } from 'vscode-languageserver';
import { EXPLAIN_FILE, type ExplainFileParams, type ExplainFileResult } from '../../protocol.ts';
import type { Folders } from '../folders.ts';
import { toPath } from '../uris.ts';
import type { Listener } from './request.ts';

export const explainFile: Listener = (connection, { folders }, answer) => {
  connection.onRequest(EXPLAIN_FILE, (params: ExplainFileParams, token: CancellationToken) =>
    answer(token, () => explain(folders, params)),
  );
};

async function explain(folders: Folders, { uri }: ExplainFileParams): Promise<ExplainFileResult> {
  const path = toPath(uri);
  const folder = folders.of(path);
  await folder?.settled();
  return { markdown: folder?.analysis.explain(path) ?? 'This file is in no folder that is open.' };
}

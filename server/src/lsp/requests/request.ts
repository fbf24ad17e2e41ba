/** What every request of a client is answered with. */
import type { CancellationToken, Connection } from 'vscode-languageserver';
import type { Client } from '../client.ts';
import type { CodeActions } from '../code-actions.ts';
import type { Completions } from '../completions.ts';
import type { Configuration } from '../configuration.ts';
import type { Folders } from '../folders.ts';
import type { NewRoutes } from '../new-routes.ts';
import type { Pull } from '../pull.ts';
import type { RouteHints } from '../route-hints.ts';
import type { SafeFixes } from '../safe-fixes.ts';
import type { Status } from '../status.ts';
import type { Traces } from '../traces.ts';

/** Those who know. */
export interface RequestParts {
  readonly client: Client;
  readonly configuration: Configuration;
  readonly folders: Folders;
  readonly pull: Pull;
  readonly codeActions: CodeActions;
  readonly safeFixes: SafeFixes;
  readonly status: Status;
  readonly traces: Traces;
  readonly hints: RouteHints;
  readonly completions: Completions;
  readonly newRoutes: NewRoutes;
}

/** Answers once the folders are known. What fails is logged, and is that request's alone. */
export type Answer = <T>(token: CancellationToken, work: () => Promise<T>) => Promise<T>;

/** Listens for one kind of request, and gives it to those who know. */
export type Listener = (connection: Connection, parts: RequestParts, answer: Answer) => void;

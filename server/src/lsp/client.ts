/** What a client can do and wants, from its first message; and what it is offered. */
import {
  CodeActionKind,
  type FileOperationRegistrationOptions,
  type InitializeParams,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import type { InitializationOptions } from '../protocol.ts';
import type { CodeActionAbilities } from './code-actions.ts';
import { type CompletionAbilities, TRIGGER_CHARACTERS } from './completions.ts';
import type { SnippetAbilities } from './snippet-items.ts';

export interface Client {
  readonly pulls: boolean;
  readonly refreshes: boolean;
  readonly refreshesLenses: boolean;
  readonly watches: boolean;
  readonly configures: boolean;
  readonly registersConfiguration: boolean;
  readonly changesFolders: boolean;
  readonly showsProgress: boolean;
  readonly codeActions: CodeActionAbilities;
  readonly completion: CompletionAbilities;
  readonly snippets: SnippetAbilities;
  readonly options: InitializationOptions;
  /** URIs of the folders that are open at the start. */
  readonly folders: readonly string[];
}

export function clientOf(params: InitializeParams): Client {
  const { textDocument, workspace, window } = params.capabilities;
  const action = textDocument?.codeAction;
  const item = textDocument?.completion?.completionItem;
  const options = (params.initializationOptions ?? {}) as InitializationOptions;
  return {
    pulls: textDocument?.diagnostic !== undefined,
    refreshes: workspace?.diagnostics?.refreshSupport === true,
    refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    watches: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    configures: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    changesFolders: workspace?.workspaceFolders === true,
    // A client with a status of its own needs no second spinner.
    showsProgress: window?.workDoneProgress === true && options.status !== 'own',
    codeActions: {
      traces: options.traces === true,
      resolves: action?.dataSupport === true && action.resolveSupport?.properties.includes('edit') === true,
      versions: workspace?.workspaceEdit?.documentChanges === true,
      creates: workspace?.workspaceEdit?.resourceOperations?.includes('create') === true,
    },
    completion: {
      markdown: item?.documentationFormat?.includes('markdown') === true,
      labelDetails: item?.labelDetailsSupport === true,
    },
    snippets: {
      places: item?.snippetSupport === true,
      markdown: item?.documentationFormat?.includes('markdown') === true,
      own: options.snippets === true,
    },
    options,
    folders: foldersOf(params),
  };
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly string[] {
  if (workspaceFolders) return workspaceFolders.map((each) => each.uri);
  return rootUri ? [rootUri] : [];
}

const EVERY_FILE: FileOperationRegistrationOptions = { filters: [{ pattern: { glob: '**/*' } }] };

export function capabilitiesFor(client: Client): ServerCapabilities {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    codeActionProvider: {
      codeActionKinds: [CodeActionKind.QuickFix, ...(client.options.creates ? [CodeActionKind.Refactor] : [])],
      ...(client.codeActions.resolves ? { resolveProvider: true } : {}),
    },
    completionProvider: { triggerCharacters: [...TRIGGER_CHARACTERS], resolveProvider: true },
    hoverProvider: true,
    ...(client.options.traces ? { codeLensProvider: {} } : {}),
    workspace: {
      workspaceFolders: { supported: true, changeNotifications: true },
      fileOperations: { didCreate: EVERY_FILE, didRename: EVERY_FILE, didDelete: EVERY_FILE },
    },
    ...(client.pulls
      ? {
          diagnosticProvider: {
            identifier: 'istio-egress',
            interFileDependencies: true,
            workspaceDiagnostics: true,
          },
        }
      : {}),
  };
}

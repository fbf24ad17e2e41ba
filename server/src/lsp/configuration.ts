/** Settings of the window and of its folders, as the client has them. */
import type { Connection } from 'vscode-languageserver';
import type { Client } from './client.ts';
import { type EditorSettings, readEditorSettings } from './editor-settings.ts';
import { toPath } from './uris.ts';

const SECTION = 'istioEgress';

export class Configuration {
  readonly #connection: Connection;
  readonly #client: Client;
  readonly #byFolder = new Map<string, EditorSettings>();
  #window: EditorSettings;
  #schemaChecks: 'here' | 'elsewhere';

  constructor(connection: Connection, client: Client) {
    this.#connection = connection;
    this.#client = client;
    this.#schemaChecks = client.options.schemaChecksElsewhere === true ? 'elsewhere' : 'here';
    this.#window = readEditorSettings(client.options.settings, undefined, this.#schemaChecks);
  }

  /** Settings of a folder, by its path; those of the window where it has none. */
  of(root: string | undefined): EditorSettings {
    return (root === undefined ? undefined : this.#byFolder.get(root)) ?? this.#window;
  }

  /** Takes in who compares manifests with schemas; holds from the next `read` on. */
  setSchemaChecks(by: 'here' | 'elsewhere'): void {
    this.#schemaChecks = by;
  }

  /** Asks the client for its settings, each folder's own. A client that cannot be asked told them at the start, or tells them now. */
  async read(folders: readonly string[], told?: unknown): Promise<void> {
    if (!this.#client.configures) {
      const section = typeof told === 'object' && told !== null && SECTION in told ? told[SECTION] : undefined;
      if (section !== undefined) this.#window = readEditorSettings(section, undefined, this.#schemaChecks);
      return;
    }
    const scopes = [undefined, ...folders];
    const items = scopes.flatMap((scopeUri) =>
      [SECTION, 'files.exclude'].map((section) => (scopeUri === undefined ? { section } : { section, scopeUri })),
    );
    const answers: readonly unknown[] = await this.#connection.workspace.getConfiguration(items);
    this.#byFolder.clear();
    scopes.forEach((uri, index) => {
      const settings = readEditorSettings(answers[2 * index], answers[2 * index + 1], this.#schemaChecks);
      if (uri === undefined) this.#window = settings;
      else this.#byFolder.set(toPath(uri), settings);
    });
  }
}

/** Where the command that creates a route is found, and what it does there. */
import { deepStrictEqual, ok } from 'node:assert';
import { mkdirSync, rmSync } from 'node:fs';
import * as vscode from 'vscode';
import { pathOf, uriOf } from './editor.ts';
import type { SuiteTest } from './index.ts';
import { acceptUntil, closeAll, create, onDisk, seeUnsaved, undo, write } from './wizard.ts';

interface Contributed {
  readonly command: string;
  readonly when?: string;
}

const menus = (): Readonly<Record<string, readonly Contributed[]>> =>
  vscode.extensions.all.find(({ packageJSON }) => packageJSON.name === 'istio-egress')?.packageJSON.contributes.menus;

const whenOf = (menu: string) =>
  (menus()[menu] ?? []).filter(({ command }) => command === 'istioEgress.createRoute').map(({ when }) => when);

export const menuTests: readonly SuiteTest[] = [
  {
    name: 'writes into the folder of the explorer that the command is called on',
    async run() {
      const before = onDisk();
      mkdirSync(pathOf('deploy/egress'), { recursive: true });
      await createAt(uriOf('deploy/egress'), 'https://folder.example.com');
      await acceptUntil(async () => ok(onDisk()['deploy/egress/folder-example-com.yaml'] !== undefined));
      await seeUnsaved('deploy/egress/folder-example-com.yaml');
      await undo();
      await closeAll();
      deepStrictEqual(onDisk(), { ...before, deploy: 'a folder', 'deploy/egress': 'a folder' });
    },
  },
  {
    name: 'writes beside the file of the explorer that the command is called on',
    async run() {
      write('deploy/notes.yaml', 'call: https://file.example.com/v1\n');
      const before = onDisk();
      await createAt(uriOf('deploy/notes.yaml'), 'https://file.example.com');
      await acceptUntil(async () => ok(onDisk()['deploy/file-example-com.yaml'] !== undefined));
      await seeUnsaved('deploy/file-example-com.yaml');
      await undo();
      await closeAll();
      deepStrictEqual(onDisk(), before);
      rmSync(pathOf('deploy'), { recursive: true });
    },
  },
  {
    name: 'has the command in the palette at all times, and in the menus of YAML and of folders',
    async run() {
      ok((await vscode.commands.getCommands(true)).includes('istioEgress.createRoute'));
      deepStrictEqual(whenOf('commandPalette'), []);
      deepStrictEqual(whenOf('editor/context'), ['resourceLangId =~ /^(yaml|json|helm)$/ && !editorReadonly']);
      deepStrictEqual(whenOf('explorer/context'), ['explorerResourceIsFolder || resourceExtname =~ /^\\.ya?ml$/']);
    },
  },
];

/** Calls the command as the explorer does, with the cursor on the address. */
async function createAt(uri: vscode.Uri, address: string): Promise<void> {
  const isFile = uri.path.endsWith('.yaml');
  const document = isFile
    ? await vscode.workspace.openTextDocument(uri)
    : await vscode.workspace.openTextDocument({ content: `${address}/v1\n` });
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  const at = document.positionAt(document.getText().indexOf(address) + 1);
  editor.selection = new vscode.Selection(at, at);
  await create(uri);
}

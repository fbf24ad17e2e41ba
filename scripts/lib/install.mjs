/** Installs npm packages where they are missing or older than the lockfile. Needs no package itself. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { inProject, root, say } from './place.mjs';
import { runQuietly } from './processes.mjs';

/** Makes `node_modules` what package-lock.json says. Does nothing, and asks no network, where it is so already. */
export async function ensureInstalled() {
  if (isInstalled(root)) return;
  say('Installing packages (once) …');
  await npm(['ci', '--ignore-scripts', '--include=dev'], root);
}

/**
 * Whether a folder's `node_modules` holds what its package-lock.json says.
 * npm writes a lockfile of what it installed into `node_modules` last of all, so an install that was cut off does not count.
 * Optional packages are left out: which of them are there depends on the platform.
 */
export function isInstalled(folder) {
  const wanted = readPackages(join(folder, 'package-lock.json'));
  const present = readPackages(join(folder, 'node_modules/.package-lock.json'));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || entry.optional || (present[path]?.version === entry.version && existsSync(join(folder, path))),
  );
}

/** Runs npm in a folder without a word; a failure throws, with all that npm said. */
export async function npm(args, folder) {
  const [command, first, shell] = npmProgram();
  const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error', '--prefer-offline'];
  const options = { cwd: folder, env: npmEnvironment(), shell };
  const { code, words } = await runQuietly(command, [...first, ...args, ...quiet], options);
  if (code === 0) return;
  // What is half installed must not look like a whole one.
  rmSync(join(folder, 'node_modules/.package-lock.json'), { force: true });
  throw new Error(`${words.trim()}\nnpm ${args[0]} failed in ${folder}. The first time, this needs the npm registry.`);
}

function npmProgram() {
  const running = process.env.npm_execpath;
  if (running !== undefined && basename(running) === 'npm-cli.js') return [process.execPath, [running], false];
  // On Windows npm is a batch file, which only a shell can start.
  return ['npm', [], process.platform === 'win32'];
}

/** What the outer npm was told for itself (its folder, its silence, what to omit) must not reach the inner one. */
function npmEnvironment() {
  const own =
    /^npm_config_(prefix|local_prefix|global|loglevel|omit|only|production|workspaces?|include_workspace_root|dry_run|ignore_scripts)$/i;
  const kept = Object.entries(process.env).filter(
    ([name]) => !own.test(name) && name !== 'NODE_ENV' && name !== 'INIT_CWD',
  );
  return Object.fromEntries(kept);
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** The version of a package that is installed in the project. */
export const installedVersion = (name) =>
  JSON.parse(readFileSync(inProject('node_modules', name, 'package.json'), 'utf8')).version;

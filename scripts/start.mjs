/**
 * `npm start`: prints the findings of the example and opens it in VS Code with the extension: the desktop one where `code` is on PATH,
 * else one that is served to the browser. Stays until Ctrl+C. `npm start -- --no-editor` ends after the findings.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { inProject, root, say } from './lib/place.mjs';
import { run, runNode, script } from './lib/processes.mjs';

const example = inProject('examples/httpbin');
const file = 'egress/virtualservice.yaml';

await script(async () => {
  await ensureBuilt();
  const code = await runNode([inProject('dist/cli.js'), 'check', 'examples/httpbin'], { cwd: root });
  // Findings are what the example is for; only a check that could not run is a failure.
  if (code > 1) return code;
  if (process.argv.includes('--no-editor')) return 0;
  const interrupted = interruption();
  if (await openDesktop()) {
    print('VS Code opens examples/httpbin with the extension. Ctrl+C ends this command.');
    await interrupted;
    return 0;
  }
  return serve(interrupted);
});

/** Opens the desktop VS Code. False where there is none, or it does not start. */
async function openDesktop() {
  const program = onPath(process.platform === 'win32' ? 'code.cmd' : 'code');
  if (program === undefined) return false;
  const args = ['--new-window', `--extensionDevelopmentPath=${root}`, example, join(example, file)];
  // On Windows `code` is a batch file: only a shell can start it, and that needs quotes.
  const code =
    process.platform === 'win32'
      ? await run(
          `"${program}"`,
          args.map((arg) => `"${arg}"`),
          { shell: true, stdio: ['ignore', 2, 2] },
        )
      : await run(program, args, { stdio: ['ignore', 2, 2] });
  if (code !== 0) say(`${program} ended with exit code ${code}.`);
  return code === 0;
}

async function serve(interrupted) {
  const { inHost } = await import('./lib/vscode-host.mjs');
  const { serveDemo } = await import('./lib/demo.mjs');
  const token = randomBytes(12).toString('hex');
  const starting = serveDemo({ folder: example, file, data: inHost('.cache/start'), token });
  const first = await Promise.race([starting, interrupted]);
  if (first === undefined) return 0;
  print(`VS Code shows examples/httpbin with the extension at\n\n  ${first.address}\n\nCtrl+C ends it.`);
  openBrowser(first.address);
  await Promise.race([interrupted, first.ended]);
  await first.stop();
  return 0;
}

/** Opens the address in the user's browser, where there is a screen. The address is printed as well, so a failure does not matter. */
function openBrowser(address) {
  const hasScreen = process.env.DISPLAY !== undefined || process.env.WAYLAND_DISPLAY !== undefined;
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', address]
        : hasScreen
          ? ['xdg-open', address]
          : [];
  if (program === undefined) return;
  spawn(program, args, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

function onPath(program) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Ends when the user asks us to end. */
function interruption() {
  return new Promise((resolve) => {
    const awake = setInterval(() => {}, 2 ** 30);
    const end = () => {
      clearInterval(awake);
      resolve(undefined);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, end);
  });
}

function print(text) {
  process.stdout.write(`\n${text}\n`);
}

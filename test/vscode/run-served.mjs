/** Runs the suite in a VS Code served from npm packages, in a headless browser. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { launchBrowser } from '../../scripts/lib/browser.mjs';
import { ensureHost, serveVsCode } from '../../scripts/lib/vscode-host.mjs';

const deadline = 240_000;

/** Runs the suite to its end; the fields are those of `SuiteRun`. Throws where it does not come to one, with the logs of VS Code. */
export async function runServed({ suite, extension, folder, workspace, report }) {
  await ensureHost();
  const server = await serveVsCode({
    userData: join(folder, 'user'),
    extensions: join(folder, 'extensions'),
    // A built VS Code takes an extension under development only from its own smoke tests.
    args: ['--without-connection-token', '--enable-smoke-test-driver'],
    env: { ISTIO_EGRESS_TEST_REPORT: report },
  });
  try {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(address(server.origin, { suite, extension, workspace }));
      if (!(await appears(report))) throw new Error(`The suite did not end in time.\n${logs(join(folder, 'user'))}`);
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

function address(origin, { suite, extension, workspace }) {
  const remote = (path) =>
    `vscode-remote://${new URL(origin).host}${path.split('/').map(encodeURIComponent).join('/')}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extension)],
    ['extensionTestsPath', remote(suite)],
    ['enableProposedApi', ''],
  ];
  return `${origin}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`;
}

async function appears(file) {
  const end = Date.now() + deadline;
  while (Date.now() < end) {
    if (existsSync(file)) return true;
    await pause(100);
  }
  return false;
}

/** What VS Code wrote into its logs. */
function logs(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((file) => file.endsWith('.log') && statSync(file).size > 0)
    .map((file) => `${file}\n${readFileSync(file, 'utf8')}`)
    .join('\n');
}

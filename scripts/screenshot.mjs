/** `npm run screenshot`: shows the example in a served VS Code and writes images/example.png and images/trace.png. Look at them before you keep them. */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser } from './lib/browser.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { serveDemo } from './lib/demo.mjs';
import { inProject } from './lib/place.mjs';
import { script } from './lib/processes.mjs';

const image = inProject('images/example.png');
const traceImage = inProject('images/trace.png');
const findings = 2;

await script(async () => {
  await ensureBuilt();
  const data = realpathSync(mkdtempSync(join(tmpdir(), 'istio-egress-screenshot-')));
  const folder = join(data, 'httpbin');
  cpSync(inProject('examples/httpbin'), folder, { recursive: true });
  try {
    const token = randomBytes(12).toString('hex');
    const server = await serveDemo({ folder, file: 'egress/virtualservice.yaml', data, token });
    try {
      await photograph(server.address);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
  process.stdout.write(`${image}\n${traceImage}\n`);
});

async function photograph(address) {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1480, height: 820 } });
    await page.goto(address);
    await page.locator('.squiggly-error').first().waitFor({ timeout: 60_000 });
    // Shows the Problems panel.
    await page.keyboard.press('Control+Shift+M');
    await page
      .locator('.markers-panel .marker-icon')
      .nth(findings - 1)
      .waitFor({ timeout: 20_000 });
    await page.locator('.notification-toast').waitFor({ state: 'detached', timeout: 20_000 });
    await page.screenshot({ path: image });
    await page.keyboard.press('Control+J');
    await page.keyboard.press('F1');
    await page.keyboard.type('Istio Egress: Trace Request');
    await page.keyboard.press('Enter');
    await page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'httpbin.com from egress' })
      .waitFor({ timeout: 20_000 });
    await page.keyboard.press('Enter');
    await page.locator('.view-line', { hasText: 'FAILS' }).waitFor({ timeout: 20_000 });
    await page.locator('.view-line .detected-link').nth(2).waitFor({ timeout: 20_000 });
    await page.screenshot({ path: traceImage });
  } finally {
    await browser.close();
  }
}

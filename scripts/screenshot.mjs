/** `npm run screenshot`: shows the example in a served VS Code and writes the pictures in `images`. Look at them before you keep them. */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchBrowser } from './lib/browser.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { serveDemo } from './lib/demo.mjs';
import { inProject } from './lib/place.mjs';
import { withPalette } from './lib/png.mjs';
import { script } from './lib/processes.mjs';

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
});

async function photograph(address) {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1480, height: 820 } });
    await page.goto(address);
    await page.locator('.squiggly-error').first().waitFor({ timeout: 60_000 });
    await photographFindings(page);
    await photographTrace(page);
    await photographCreation(page);
  } finally {
    await browser.close();
  }
}

async function photographFindings(page) {
  // Shows the Problems panel.
  await page.keyboard.press('Control+Shift+M');
  await page
    .locator('.markers-panel .marker-icon')
    .nth(findings - 1)
    .waitFor({ timeout: 20_000 });
  await page.locator('.notification-toast').waitFor({ state: 'detached', timeout: 20_000 });
  await keep(page, 'example');
  await page.keyboard.press('Control+J');
}

async function photographTrace(page) {
  await command(page, 'Istio Egress: Trace Request');
  await row(page, 'httpbin.com from egress').waitFor({ timeout: 20_000 });
  await page.keyboard.press('Enter');
  await page.locator('.view-line', { hasText: 'FAILS' }).waitFor({ timeout: 20_000 });
  await page.locator('.view-line .detected-link').nth(2).waitFor({ timeout: 20_000 });
  await keep(page, 'trace');
}

async function photographCreation(page) {
  await command(page, 'View: Close All Editors');
  await page.setViewportSize({ width: 1180, height: 660 });
  await command(page, 'Istio Egress: Create Egress Route');
  await page.locator('.quick-input-title', { hasText: '(1/2)' }).waitFor({ timeout: 20_000 });
  await page.keyboard.type('https://api.example.com');
  await page.keyboard.press('Enter');
  await row(page, 'Create: ').waitFor({ timeout: 20_000 });
  await keep(page, 'create');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator('.multiDiffEntry .view-line', { hasText: 'ServiceEntry' }).first().waitFor({ timeout: 20_000 });
  await page.keyboard.press('Escape');
  await row(page, 'Create: ').waitFor({ state: 'hidden', timeout: 20_000 });
  await keep(page, 'create-diff');
}

function row(page, text) {
  return page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
}

async function command(page, name) {
  await page.keyboard.press('F1');
  await page.keyboard.type(name);
  await row(page, name).waitFor({ timeout: 20_000 });
  await page.keyboard.press('Enter');
}

/** Writes what is seen as a small picture, and prints its path. */
async function keep(page, name) {
  const path = inProject(`images/${name}.png`);
  // Lists fade in.
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
  writeFileSync(path, withPalette(await page.screenshot()));
  process.stdout.write(`${path}\n`);
}

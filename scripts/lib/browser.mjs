/** A headless browser for the served VS Code: the one that npm carries, or one that is named in `CHROMIUM`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runNode } from './processes.mjs';
import { isStamped, stamp } from './stamp.mjs';
import { inHost } from './vscode-host.mjs';

const requireInHost = createRequire(inHost('x.js'));
const unpacked = inHost('.cache/chromium');

/** Starts the browser. `close()` ends it. */
export async function launchBrowser() {
  const { chromium } = requireInHost('playwright-core');
  const args = ['--no-sandbox', '--disable-gpu'];
  if (process.env.CHROMIUM) return chromium.launch({ executablePath: process.env.CHROMIUM, args });
  await ensureUnpacked();
  return chromium.launch({
    executablePath: join(unpacked, 'chromium'),
    args,
    env: {
      ...process.env,
      FONTCONFIG_FILE: join(unpacked, 'fonts.conf'),
      // Libraries that a plain machine lacks; last, so that the machine's own come first.
      LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, join(unpacked, 'al2023/lib')].filter(Boolean).join(':'),
    },
  });
}

/**
 * Unpacks the browser, its fonts and libraries. The package does so into the temporary folder and takes what lies there for whole;
 * so it gets a folder of its own, and a stamp says that it came to the end. It unpacks libraries only where it takes itself to be on AWS.
 */
async function ensureUnpacked() {
  const stampFile = join(unpacked, '.ready');
  if (isStamped(stampFile, 'whole')) return;
  mkdirSync(unpacked, { recursive: true });
  const program = `require(${JSON.stringify(requireInHost.resolve('@sparticuz/chromium'))}).executablePath()`;
  const env = { ...process.env, TMPDIR: unpacked, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' };
  const code = await runNode(['--eval', program], { env, stdio: ['ignore', 2, 2] });
  if (code !== 0) throw new Error(`The browser could not be unpacked (exit code ${code}).`);
  writeFileSync(join(unpacked, 'fonts.conf'), fontsConfiguration());
  stamp(stampFile, 'whole');
}

/** The machine's fonts and the carried one: without any font the browser ends. */
const fontsConfiguration = () => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${join(unpacked, 'fonts')}</dir>
  <cachedir>${join(unpacked, 'fonts-cache')}</cachedir>
</fontconfig>
`;

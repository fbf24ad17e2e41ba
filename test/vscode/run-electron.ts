/** Runs the suite in the desktop VS Code, which is downloaded on first use. */
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';

/** One run of the suite; all paths are absolute. */
export interface SuiteRun {
  /** The bundled suite. */
  readonly suite: string;
  /** The folder of the extension. */
  readonly extension: string;
  /** A folder for whatever VS Code keeps. */
  readonly folder: string;
  /** The folder that is opened. */
  readonly workspace: string;
  /** Where the suite writes its results. */
  readonly report: string;
}

/** Runs the suite to its end. Failed tests are in the report; only a VS Code that cannot be had or started throws. */
export async function runElectron(run: SuiteRun): Promise<void> {
  await runTests({
    extensionDevelopmentPath: run.extension,
    extensionTestsPath: run.suite,
    extensionTestsEnv: { ISTIO_EGRESS_TEST_REPORT: run.report },
    launchArgs: [
      run.workspace,
      '--disable-extensions',
      '--disable-workspace-trust',
      '--skip-welcome',
      `--user-data-dir=${join(run.folder, 'user')}`,
    ],
  });
}

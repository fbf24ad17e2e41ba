/** Child processes that share our terminal, signals and exit codes. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program to its end and returns its exit code (128 + n where signal n ended it).
 * `options` are those of `spawn`; input, output and errors are shared with us unless `stdio` says otherwise.
 * A signal to us is handed on; the program decides. Throws where the program cannot be started.
 */
export const run = (command, args, options) => follow(spawn(command, args, { stdio: 'inherit', ...options }));

/** As `run`, but keeps what the program prints (`words`), and gives it no input. */
export async function runQuietly(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      words += chunk;
    });
  }
  return { code: await follow(child), words };
}

function follow(child) {
  return new Promise((resolve, reject) => {
    const forward = (signal) => child.kill(signal);
    for (const signal of signals) process.on(signal, forward);
    const done = () => {
      for (const signal of signals) process.off(signal, forward);
    };
    child.on('error', (error) => {
      done();
      reject(error);
    });
    child.on('close', (code, signal) => {
      done();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** Runs a Node program: `run` with our own Node. */
export const runNode = (args, options) => run(process.execPath, args, options);

/** Runs the main part of a script; its exit code becomes ours. A throw is told in one line, and is exit code 2. */
export async function script(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}

/** How much memory the language server keeps for a folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  PublishDiagnosticsNotification,
  ShutdownRequest,
} from 'vscode-languageserver/node';

export interface ServerMemory {
  /** Resident, once the folder has been read and checked. */
  readonly settledMegabytes: number;
  /** Resident at most on the way there; undefined where the platform does not tell. */
  readonly peakMegabytes: number | undefined;
  /** From `initialized` to the findings of the file that was opened. */
  readonly secondsToFindings: number;
}

/**
 * Starts the built server as an editor would, without pull diagnostics, opens one file with a fault and waits for its findings.
 *
 * @param server the bundle
 * @param folder what is opened
 * @param file a file in it that has a finding only where the whole folder was read
 */
export async function serverMemory(server: string, folder: string, file: string): Promise<ServerMemory> {
  // With the flag that the extension starts it with.
  const child = spawn(process.execPath, ['--max-semi-space-size=4', server, '--stdio'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  try {
    const connection = createProtocolConnection(child.stdout, child.stdin);
    const uri = pathToFileURL(file).href;
    const found = new Promise<void>((resolve) => {
      connection.onNotification(PublishDiagnosticsNotification.type, (published) => {
        if (published.uri === uri && published.diagnostics.length > 0) resolve();
      });
    });
    connection.listen();
    const root = pathToFileURL(folder).href;
    await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: root,
      capabilities: { textDocument: { publishDiagnostics: { relatedInformation: true } } },
      workspaceFolders: [{ uri: root, name: 'bench' }],
    });
    const started = performance.now();
    await connection.sendNotification(InitializedNotification.type, {});
    await connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'yaml', version: 1, text: readFileSync(file, 'utf8') },
    });
    await found;
    const secondsToFindings = (performance.now() - started) / 1000;
    const memory = await settled(child);
    await connection.sendRequest(ShutdownRequest.type, undefined);
    await connection.sendNotification(ExitNotification.type);
    return { ...memory, secondsToFindings };
  } finally {
    child.kill();
  }
}

/** Reads the memory once a second until it stops changing, at most ten times. */
async function settled(child: ChildProcess): Promise<Omit<ServerMemory, 'secondsToFindings'>> {
  let before = Number.NaN;
  for (let attempt = 0; attempt < 10; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = resident(child.pid ?? 0);
    if (Math.abs(now - before) < 1) break;
    before = now;
  }
  return { settledMegabytes: resident(child.pid ?? 0), peakMegabytes: peak(child.pid ?? 0) };
}

function resident(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

function peak(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return line ? Number(line[1]) / 1024 : undefined;
}

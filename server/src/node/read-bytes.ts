/** Reads a file as far as it can matter: a search in its bytes comes before anything that costs. */
import { readFile, stat } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { toSystemPath } from './paths.ts';

export interface FileBytes {
  readonly path: string;
  /** Names one of our groups, so it is worth reading whatever else is there. */
  readonly istio: boolean;
  /** Absent for a file over the limit. */
  readonly bytes: Buffer | undefined;
}

const NEEDLES = [Buffer.from('istio.io'), Buffer.from('gateway.networking.k8s.io')];
const LONGEST = Math.max(...NEEDLES.map((each) => each.length));
const CHUNK = 1 << 20;

/** The bytes of a file; undefined where it cannot be read. @param limit in bytes */
export async function readBytes(path: string, limit: number): Promise<FileBytes | undefined> {
  const target = toSystemPath(path);
  try {
    const { size } = await statOf(target);
    if (size > limit) return { path, istio: await mentions(target), bytes: undefined };
    const bytes = await bytesOf(target);
    return { path, istio: isIstio(bytes), bytes };
  } catch {
    return undefined;
  }
}

// Over thousands of small files these cost a third of what file handles and `fs/promises` do.
const statOf = promisify(stat);
const bytesOf = promisify(readFile);

function isIstio(bytes: Buffer): boolean {
  return NEEDLES.some((needle) => bytes.includes(needle));
}

/** Searches a file of any size piece by piece. */
async function mentions(target: string): Promise<boolean> {
  const file = await open(target, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK + LONGEST);
    let kept = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, kept, CHUNK, null);
      if (bytesRead === 0) return false;
      const filled = buffer.subarray(0, kept + bytesRead);
      if (isIstio(filled)) return true;
      kept = Math.min(LONGEST - 1, filled.length);
      filled.copy(buffer, 0, filled.length - kept);
    }
  } finally {
    await file.close();
  }
}

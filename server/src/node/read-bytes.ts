/** Reads a file as far as it can matter: a search in its bytes comes before anything that costs. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
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

/**
 * The bytes of a file; undefined where it cannot be read. Not asynchronous: for thousands of small files, handing each to another thread
 * costs ten times what reading it does. Whoever reads many gives others a turn in between.
 *
 * @param limit in bytes
 */
export function readBytes(path: string, limit: number): FileBytes | undefined {
  const target = toSystemPath(path);
  try {
    if (statSync(target).size > limit) return { path, istio: mentions(target), bytes: undefined };
    const bytes = readFileSync(target);
    return { path, istio: isIstio(bytes), bytes };
  } catch {
    return undefined;
  }
}

function isIstio(bytes: Buffer): boolean {
  return NEEDLES.some((needle) => bytes.includes(needle));
}

/** Searches a file of any size piece by piece. */
function mentions(target: string): boolean {
  const file = openSync(target, 'r');
  try {
    const buffer = Buffer.alloc(CHUNK + LONGEST);
    let kept = 0;
    for (;;) {
      const read = readSync(file, buffer, kept, CHUNK, null);
      if (read === 0) return false;
      const filled = buffer.subarray(0, kept + read);
      if (isIstio(filled)) return true;
      kept = Math.min(LONGEST - 1, filled.length);
      filled.copy(buffer, 0, filled.length - kept);
    }
  } finally {
    closeSync(file);
  }
}

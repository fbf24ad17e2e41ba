/** Where the server's texts come from: a disk, or the client for folders that are elsewhere. */
import type { FileChange } from '../workspace/types.ts';
import type { Filter } from '../workspace/filter.ts';
import type { LoadedFolder } from '../node/load.ts';
import type { Settings } from '../workspace/settings.ts';

export interface LoadRequest {
  readonly root: string;
  readonly settings: Partial<Settings>;
  readonly context: 'anywhere' | 'inside';
  readonly signal: AbortSignal;
  onProgress(done: number): void;
}

export interface Files {
  /** @throws the signal's reason where it is aborted */
  load(request: LoadRequest): Promise<LoadedFolder>;
  readChange(path: string, filter: Filter): Promise<FileChange>;
  /** Undefined where it cannot be read. */
  readText(path: string): Promise<string | undefined>;
}

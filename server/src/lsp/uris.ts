/** URIs of the client and paths of the workspace. */
import { URI } from 'vscode-uri';

const UNTITLED = 'untitled:/';

/** Translates both ways. Editors spell one file's URI differently, so a file that was open is answered in the client's own spelling. */
export class Uris {
  readonly #spelled = new Map<string, string>();

  /** The path of a URI; remembers how the client spells it. */
  opened(uri: string): string {
    const path = toPath(uri);
    this.#spelled.set(path, uri);
    return path;
  }

  uri(path: string): string {
    return this.#spelled.get(path) ?? toUri(path);
  }
}

/**
 * The path of a URI: absolute, forward slashes, none at the end; `scheme://authority/path` where it is not on disk. An untitled document
 * is a file in a folder of its own.
 */
export function toPath(uri: string): string {
  const parsed = URI.parse(uri);
  if (parsed.scheme === 'untitled') return `${UNTITLED}${encodeURIComponent(parsed.path)}/document.yaml`;
  if (parsed.scheme !== 'file') return withoutSlash(`${parsed.scheme}://${parsed.authority}${parsed.path}`);
  return withoutSlash(parsed.fsPath.replaceAll('\\', '/'));
}

/** The URI of a path, spelled as VS Code does. */
export function toUri(path: string): string {
  const [, scheme, authority = '', rest = ''] = /^([a-z][a-z0-9+.-]+):\/\/([^/]*)(.*)$/s.exec(path) ?? [];
  return scheme === undefined ? URI.file(path).toString() : URI.from({ scheme, authority, path: rest }).toString();
}

export function isUntitled(path: string): boolean {
  return path.startsWith(UNTITLED);
}

/** Whether a path is one of this machine. */
export function isOnDisk(path: string): boolean {
  return !isUntitled(path) && !/^[a-z][a-z0-9+.-]+:\/\//.test(path);
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

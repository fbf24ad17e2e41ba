/** Paths as the workspace names them: absolute, forward slashes, none at the end; `scheme://authority/path` elsewhere than on disk. */

/** The folder that a file or folder is in; the path itself where there is none. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? path : path.slice(0, slash);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a path is a folder or something in it. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** A path as people read it: from the workspace folder, or whole where it is outside; `.` for the folder itself. */
export function relativeTo(root: string, path: string): string {
  if (path === root) return '.';
  return isWithin(root, path) ? path.slice(root.endsWith('/') ? root.length : root.length + 1) : path;
}

/** Resolves `written` (relative or absolute) against a folder: `.` and `..` are taken out. */
export function resolvePath(folder: string, written: string): string {
  const [, prefix = '', rest = ''] = /^([a-z][a-z0-9+.-]+:\/\/[^/]*|[A-Za-z]:(?=\/))?(.*)$/s.exec(
    isAbsolute(written) ? written : `${folder}/${written}`,
  ) ?? ['', '', written];
  const steps: string[] = [];
  for (const step of rest.split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..') steps.pop();
    else steps.push(step);
  }
  return `${prefix}/${steps.join('/')}`.replace(/(.)\/$/, '$1');
}

function isAbsolute(path: string): boolean {
  return /^(\/|[A-Za-z]:\/|[a-z][a-z0-9+.-]+:\/\/)/.test(path);
}

/** The lowest folder that holds all of these; of one path itself. */
export function commonFolder(paths: readonly string[]): string {
  let [common = ''] = paths;
  for (const path of paths) {
    while (path !== common && !path.startsWith(`${common}/`)) common = folderOf(common);
  }
  return common;
}

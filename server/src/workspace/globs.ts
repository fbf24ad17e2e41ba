/** Glob patterns as the settings write them. */
import picomatch from 'picomatch/posix';

/** Whether a path, relative to the folder, fits one of these patterns. One without a slash holds at any depth. */
export function globMatcher(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  const matches = picomatch(globs.map(pattern), { dot: true });
  return (path) => matches(path);
}

/** The same for files: what names a folder holds for all in it. */
export function fileMatcher(globs: readonly string[]): (path: string) => boolean {
  const matches = globMatcher(globs);
  return (path) => {
    const steps = path.split('/');
    return steps.some((_, index) => {
      const part = steps.slice(0, index + 1).join('/');
      return matches(part) || (index < steps.length - 1 && matches(`${part}/`));
    });
  };
}

function pattern(written: string): string {
  const plain = written
    .replace(/^\.\//, '')
    .replace(/^\/(?=.)/, '')
    .replace(/\/$/, '');
  return plain.includes('/') || written.startsWith('/') ? plain : `**/${plain}`;
}

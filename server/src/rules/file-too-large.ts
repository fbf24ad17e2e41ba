/** A file that was not read because of its size. */
import type { FileRule } from './rule.ts';

export const rule: FileRule = {
  code: 'file-too-large',
  title: 'File too large to be read',
  kind: 'fault',
  severity: 'information',
  covers: [],
  subject: 'file',
  *check(_path, contents) {
    if (contents.class !== 'too-large') return;
    yield {
      range: { start: 0, end: 0 },
      message: 'Not read: this file is over the size limit. What it holds counts as unknown; exclude it, or split it.',
    };
  },
  page: {
    what: 'A file is over the size limit and was not read.',
    why: 'Files of many megabytes are almost always dumps or generated output, and reading them on every change would make everything else wait. What they hold counts as unknown, never as absent.',
    symptom: 'Nothing in a cluster: only the checks know less.',
    remedy:
      'Split the file, or take it out with `exclude` in `.istio-egress.yaml`; name what it holds under `external` where the checks miss it.',
    sources: [],
  },
};

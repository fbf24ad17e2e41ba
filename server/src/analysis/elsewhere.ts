/** The way out of a finding about something that lives in another repository. */
import type { Finding } from '../rules/finding.ts';

/** Adds a fix that declares what is missing in the settings file; findings without such a thing stay as they are. */
export function withElsewhere(finding: Finding, settingsPath: string): Finding {
  const { elsewhere } = finding;
  if (elsewhere === undefined) return finding;
  const name = settingsPath.slice(settingsPath.lastIndexOf('/') + 1);
  return {
    ...finding,
    fixes: [
      ...finding.fixes,
      {
        title: `It lives elsewhere: declare ${elsewhere} in ${name}`,
        preferred: false,
        safety: 'review',
        edits: [{ path: settingsPath, edit: { kind: 'append-path', path: ['external'], value: elsewhere } }],
      },
    ],
  };
}

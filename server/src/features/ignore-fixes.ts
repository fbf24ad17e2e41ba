/** The ways out of a finding that is not wanted: fixes that silence it. */
import type { FileContents } from '../manifest/contents.ts';
import { allRules } from '../rules/all.generated.ts';
import type { Finding, Fix } from '../rules/finding.ts';
import { suppressionOf } from '../rules/shared/suppression-text.ts';
import { nameOf } from '../workspace/paths.ts';

/**
 * Fixes that silence a finding: on its line, in its resource, everywhere. None for what no rule finds.
 *
 * @param contents of its file; undefined where it holds no resources
 * @param settingsPath of `.istio-egress.yaml`, whether it is there or not
 */
export function ignoreFixes(
  finding: Finding,
  contents: FileContents | undefined,
  settingsPath: string,
): readonly Fix[] {
  const { code, path, range } = finding;
  const rule = allRules.find((each) => each.code === code);
  if (!rule) return [];
  const off: Fix = {
    title: `Turn off ${code} in ${nameOf(settingsPath)}`,
    preferred: false,
    safety: 'review',
    edits: [{ path: settingsPath, edit: { kind: 'set-path', path: ['rules', code], value: 'off' } }],
  };
  // JSON has no comments, and a comment about a comment helps nobody.
  if (/\.json$/i.test(path) || rule.subject === 'suppression' || contents?.class !== 'read') return [off];
  const resource = contents.resources.find((each) => each.range.start <= range.start && range.start <= each.range.end);
  return [
    ignoring(`Ignore ${code} on this line`, finding, range),
    ...(resource ? [ignoring(`Ignore ${code} in this ${resource.kind}`, finding, resource.range)] : []),
    off,
  ];
}

function ignoring(title: string, { path, code }: Finding, range: Finding['range']): Fix {
  return {
    title,
    preferred: false,
    safety: 'review',
    edits: [{ path, edit: { kind: 'insert-comment', range, text: suppressionOf(code) } }],
  };
}

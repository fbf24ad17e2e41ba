/** Settings of the editor: JSON that may hold anything, to what the analysis and the server take. */
import { readSettings } from '../workspace/read-settings.ts';
import type { Settings } from '../workspace/settings.ts';

export interface EditorSettings {
  readonly scope: 'workspace' | 'openFiles';
  /** Whether VirtualServices show where their calls go. */
  readonly showsLenses: boolean;
  /** What the editor and `.istio-egress.yaml` have in common. */
  readonly analysis: Partial<Settings>;
}

/**
 * Reads the value of the section `istioEgress`. What is wrong in it is left out: the editor marks it by the settings' own schema.
 *
 * @param hidden the editor's `files.exclude`: files that it does not show do not count either
 * @param schemaChecks who compares manifests with schemas where the settings leave that open
 */
export function readEditorSettings(
  section: unknown,
  hidden: unknown,
  schemaChecks: 'here' | 'elsewhere' = 'here',
): EditorSettings {
  const { diagnostics, codeLens, trace: _trace, schema, ...fields } = objectOf(section);
  const given = withoutEmpty(fields);
  const { settings } = readSettings(JSON.stringify(given));
  const globs = Object.entries(objectOf(hidden)).flatMap(([glob, isHidden]) => (isHidden === true ? [glob] : []));
  const isSilent = schema === 'off' || (schema !== 'on' && schemaChecks === 'elsewhere');
  return {
    scope: objectOf(diagnostics).scope === 'openFiles' ? 'openFiles' : 'workspace',
    showsLenses: objectOf(codeLens).enabled === true,
    analysis: {
      ...settings,
      exclude: [...(settings.exclude ?? []), ...globs],
      ...(isSilent ? { schema: 'off' as const } : {}),
    },
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

/** Editors give every setting, so what nobody has set looks empty: it must not go before what the file or a default says. */
function withoutEmpty(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const set = Object.entries(fields).flatMap(([key, value]) => {
    if (value === null || value === undefined || value === '') return [];
    if (Array.isArray(value)) return value.length > 0 ? [[key, value] as const] : [];
    if (typeof value !== 'object') return [[key, value] as const];
    const inner = withoutEmpty(objectOf(value));
    return Object.keys(inner).length > 0 ? [[key, inner] as const] : [];
  });
  return Object.fromEntries(set);
}

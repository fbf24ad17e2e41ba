/** Whether Red Hat YAML compares manifests with the schemas of their kinds: what it underlines need not be underlined twice. */
import * as vscode from 'vscode';

const OTHER = 'redhat.vscode-yaml';

/** It finds the schema of a custom resource in its CRD store, unless that or validation as a whole is switched off. */
export function areSchemasCheckedElsewhere(): boolean {
  if (vscode.extensions.getExtension(OTHER) === undefined) return false;
  const settings = vscode.workspace.getConfiguration('yaml');
  return settings.get<boolean>('validate', true) && settings.get<boolean>('kubernetesCRDStore.enable', true);
}

/** Calls back when the answer may have changed. */
export function onSchemaChecksChanged(changed: () => void): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.extensions.onDidChange(changed),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (['yaml.validate', 'yaml.kubernetesCRDStore'].some((key) => event.affectsConfiguration(key))) changed();
    }),
  );
}

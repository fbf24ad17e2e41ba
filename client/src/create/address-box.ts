/** The first question: the address. */
import * as vscode from 'vscode';

/**
 * Asks for the address; what is wrong with it is said below the box. Resolves with undefined where the box was left. It stays when focus is lost.
 *
 * @param problemOf why a text is no address; undefined where it is one. Its token is cancelled when the box is left
 */
export function askAddress(
  value: string,
  problemOf: (text: string, token: vscode.CancellationToken) => Promise<string | undefined>,
): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  box.title = vscode.l10n.t('Create egress route');
  box.step = 1;
  box.totalSteps = 2;
  box.prompt = vscode.l10n.t('Address exactly as the application calls it');
  box.placeholder =
    'https://api.example.com · http://api.example.com · tcp://db.example.com:5432 · https://*.example.com';
  box.ignoreFocusOut = true;
  box.value = value;
  // Who leaves the box waits for nothing any more.
  const left = new vscode.CancellationTokenSource();
  return new Promise((resolve) => {
    const done = (address: string | undefined) => {
      resolve(address);
      left.cancel();
      left.dispose();
      box.dispose();
    };
    box.onDidChangeValue(() => {
      box.validationMessage = undefined;
    });
    box.onDidHide(() => done(undefined));
    box.onDidAccept(async () => {
      if (box.busy) return;
      const address = box.value.trim();
      box.busy = true;
      const problem = await problemOf(address, left.token);
      if (left.token.isCancellationRequested) return;
      box.busy = false;
      if (problem === undefined) done(address);
      else if (box.value.trim() === address) box.validationMessage = problem;
    });
    box.show();
  });
}

/** Asks for an answer that is in no list; Back and Escape lead to the list. */
export function askTyped(
  { title, prompt, value }: { readonly title: string; readonly prompt: string; readonly value: string },
  problemOf: (text: string, token: vscode.CancellationToken) => Promise<string | undefined>,
): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  Object.assign(box, { title, prompt, value, ignoreFocusOut: true, buttons: [vscode.QuickInputButtons.Back] });
  // Who leaves the box waits for nothing any more.
  const left = new vscode.CancellationTokenSource();
  return new Promise((resolve) => {
    const done = (text: string | undefined) => {
      resolve(text);
      left.cancel();
      left.dispose();
      box.dispose();
    };
    box.onDidChangeValue(() => {
      box.validationMessage = undefined;
    });
    box.onDidTriggerButton(() => done(undefined));
    box.onDidHide(() => done(undefined));
    box.onDidAccept(async () => {
      if (box.busy) return;
      const text = box.value.trim();
      box.busy = true;
      const problem = await problemOf(text, left.token);
      if (left.token.isCancellationRequested) return;
      box.busy = false;
      if (problem === undefined) done(text);
      else box.validationMessage = problem;
    });
    box.show();
  });
}

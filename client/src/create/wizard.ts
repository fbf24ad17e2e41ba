/** Two steps to a route. Answers are kept when focus is lost, and Back leads to the step before. */
import * as vscode from 'vscode';
import type { Place, PlannedRoute, RouteChoice, RouteQuestion } from '../../../server/src/protocol.ts';
import type { Server } from '../server.ts';
import { askAddress, askTyped } from './address-box.ts';
import type { CreatedRoutes } from './created.ts';
import type { PlanPreviews } from './previews.ts';
import { type Row, type RowAction, rowsOf, rowsOfChoice } from './summary.ts';

export interface WizardParts {
  readonly server: Server;
  readonly previews: PlanPreviews;
  readonly created: CreatedRoutes;
}

/** How long a result stays in the status bar, in milliseconds. */
const SHOWN = 10_000;

/**
 * Runs the wizard to its end.
 *
 * @param from where it starts: at the address, or at the summary of what is filled in
 * @param shown called whenever a step is on the screen
 */
export async function runWizard(
  parts: WizardParts,
  start: RouteQuestion,
  from: 'address' | 'summary',
  shown: () => void,
): Promise<void> {
  let step = from;
  let question = start;
  for (;;) {
    let plan = step === 'summary' ? await planInSight(parts.server, question) : undefined;
    if (typeof plan !== 'object') {
      plan = undefined;
      const asked = askAddress(question.address, async (text, token) => {
        const next = await planOf(parts.server, { ...question, address: text }, token);
        if (typeof next === 'string') return next;
        plan = next;
        return undefined;
      });
      shown();
      const address = await asked;
      if (address === undefined || plan === undefined) return;
    }
    const ended = new Summary(parts, plan).run();
    shown();
    const end = await ended;
    if (end === undefined) return;
    question = end;
    step = 'address';
  }
}

/** The plan, or why there is none. A request that is taken back has no answer that anybody sees. */
async function planOf(
  server: Server,
  question: RouteQuestion,
  token: vscode.CancellationToken,
): Promise<PlannedRoute | string> {
  try {
    const result = await server.planRoute(question, token);
    if (!result) return vscode.l10n.t('The server does not run.');
    return 'problem' in result ? result.problem : result;
  } catch (error) {
    if (token.isCancellationRequested) return '';
    throw error;
  }
}

/** The same, told of in the status bar: nothing else is on the screen yet. */
async function planInSight(server: Server, question: RouteQuestion): Promise<PlannedRoute | string> {
  const title = vscode.l10n.t('Planning the egress route');
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, async (_, token) =>
    planOf(server, question, token),
  );
}

class Summary {
  readonly #parts: WizardParts;
  readonly #pick = vscode.window.createQuickPick<Row>();
  #plan: PlannedRoute;
  /** The choice whose answers are shown; undefined for the summary. */
  #choice: RouteChoice | undefined;
  /** Cancelled when the list is left: nobody waits for a plan any more. */
  readonly #left = new vscode.CancellationTokenSource();
  /** Set while another box is shown over the list. */
  #isAway = false;
  #end: (question: RouteQuestion | undefined) => void = () => undefined;

  constructor(parts: WizardParts, plan: PlannedRoute) {
    this.#parts = parts;
    this.#plan = plan;
  }

  /** Resolves with the question where the way back was taken, and with undefined at the end. */
  async run(): Promise<RouteQuestion | undefined> {
    const pick = this.#pick;
    pick.step = 2;
    pick.totalSteps = 2;
    pick.ignoreFocusOut = true;
    pick.buttons = [vscode.QuickInputButtons.Back];
    pick.onDidTriggerButton(() => this.#back());
    pick.onDidAccept(() => this.#accept());
    pick.onDidHide(() => {
      if (!this.#isAway) this.#end(undefined);
    });
    const ended = new Promise<RouteQuestion | undefined>((resolve) => {
      this.#end = resolve;
    });
    this.#fill();
    pick.show();
    const question = await ended;
    this.#left.cancel();
    this.#left.dispose();
    pick.dispose();
    return question;
  }

  /** Shows the summary, or the answers of a choice. @param title what to say above, where it is something new */
  #fill(title = vscode.l10n.t('Create egress route')): void {
    const pick = this.#pick;
    const choice = this.#choice;
    pick.title = choice ? `${title}: ${choice.title}` : title;
    pick.placeholder = choice
      ? vscode.l10n.t('Now: {0}', choice.value)
      : vscode.l10n.t('Enter creates, or changes the row that is chosen');
    pick.value = '';
    pick.items = choice ? rowsOfChoice(choice) : rowsOf(this.#plan);
    const [first] = pick.items;
    if (first) pick.activeItems = [first];
  }

  #back(): void {
    if (this.#choice) {
      this.#choice = undefined;
      this.#fill();
    } else this.#end(this.#plan.question);
  }

  async #accept(): Promise<void> {
    const [row] = this.#pick.selectedItems;
    if (!row?.action || this.#pick.busy) return;
    this.#pick.busy = true;
    this.#pick.enabled = false;
    try {
      await this.#run(row.action);
    } finally {
      this.#pick.busy = false;
      this.#pick.enabled = true;
    }
  }

  async #run(action: RowAction): Promise<void> {
    const { previews } = this.#parts;
    switch (action.kind) {
      case 'create':
        return this.#create();
      case 'done':
        return this.#end(undefined);
      case 'preview':
        return previews.show(vscode.l10n.t('Create egress route: changes'), this.#plan);
      case 'address':
        return this.#end(this.#plan.question);
      case 'choice':
        this.#choice = action.choice;
        return this.#fill();
      case 'type':
        return this.#type(action.choice);
      case 'changes':
        return this.#ask({ ...this.#plan.question, changes: action.changes });
      case 'open':
        return open(action.place);
    }
  }

  /** Plans with another answer and shows that. */
  async #ask(question: RouteQuestion): Promise<void> {
    const { token } = this.#left;
    const plan = await planOf(this.#parts.server, question, token);
    if (token.isCancellationRequested) return;
    this.#choice = undefined;
    if (typeof plan === 'string') return this.#fill(plan);
    this.#plan = plan;
    this.#fill();
  }

  async #type({ title, typed }: RouteChoice): Promise<void> {
    if (!typed) return;
    this.#isAway = true;
    const { field, prompt, value } = typed;
    let plan: PlannedRoute | undefined;
    await askTyped({ title, prompt, value }, async (text, token) => {
      const next = await planOf(this.#parts.server, { ...this.#plan.question, typed: { field, text } }, token);
      if (typeof next === 'string') return next;
      plan = next;
      return undefined;
    });
    this.#isAway = false;
    if (plan) {
      this.#plan = plan;
      this.#choice = undefined;
    }
    this.#fill();
    this.#pick.show();
  }

  async #create(): Promise<void> {
    const { server, created } = this.#parts;
    const { question, key, target } = this.#plan;
    const result = await server.routeEdit({ question, key });
    if (!result) return this.#fill(vscode.l10n.t('The server does not run.'));
    if ('problem' in result) return this.#fill(result.problem);
    if ('plan' in result) {
      this.#plan = result.plan;
      return this.#fill(vscode.l10n.t('Files have changed: this is the route now'));
    }
    this.#isAway = true;
    this.#pick.hide();
    const isWritten = await created.write(result);
    vscode.window.setStatusBarMessage(
      isWritten
        ? vscode.l10n.t('Route created, traced to {0}', target)
        : vscode.l10n.t('The route could not be written'),
      SHOWN,
    );
    this.#end(undefined);
  }
}

async function open({ uri, range: { start, end } }: Place): Promise<void> {
  const selection = new vscode.Range(start.line, start.character, end.line, end.character);
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection, preserveFocus: true, preview: true });
}

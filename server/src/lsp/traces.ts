/** What the editor asks about calls. */
import type { CancellationToken } from 'vscode-languageserver';
import { workspaceCalls } from '../features/call-list.ts';
import { callText, parseCall } from '../features/call-text.ts';
import { callAbout, callsAbout, objectIn, resourceAt } from '../features/calls-about.ts';
import { chooseSet, setTitle } from '../features/choose-set.ts';
import { istioctlCommands } from '../features/istioctl.ts';
import { type Traceable, type TraceResult, traceCall } from '../features/trace-call.ts';
import { traceText } from '../features/trace-text.ts';
import type { LinkedText } from '../features/trace-writer.ts';
import type {
  CallAtParams,
  CallItem,
  ListCallsResult,
  TraceCallResult,
  TraceLink,
  TraceQuestion,
} from '../protocol.ts';
import type { Call } from '../trace/types.ts';
import type { Clock } from './clock.ts';
import { type Lines, linesOfFile } from './convert.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';
import type { Texts } from './texts.ts';
import { toPath } from './uris.ts';

/** As many as anybody looks through. */
const LISTED = 500;
/** How many are followed between two chances to do something else. */
const SLICE = 20;

export class Traces {
  readonly #folders: Folders;
  readonly #texts: Texts;
  readonly #clock: Clock;
  #isUsed = false;

  constructor(folders: Folders, texts: Texts, clock: Clock) {
    this.#clock = clock;
    this.#folders = folders;
    this.#texts = texts;
  }

  /** Whether anything was traced, so that somebody may look at an answer. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** The calls of all folders, those that fail first. */
  async list(token: CancellationToken): Promise<ListCallsResult> {
    await this.#folders.settled();
    const calls: CallItem[] = [];
    for (const folder of this.#folders.all()) {
      const sets = folder.analysis.traceables();
      for (const subject of sets) {
        for (const { text, verdict, outcome } of workspaceCalls(subject)) {
          if (calls.length >= LISTED || token.isCancellationRequested) return { calls: sorted(calls), more: true };
          const place = { folder: this.#folders.uri(folder.root), set: subject.id };
          calls.push({ text, verdict, outcome, ...place, ...(sets.length > 1 && { setTitle: setTitle(subject) }) });
          // Between two turns the workspace may change: then this list is one of before, and nothing worse.
          if (calls.length % SLICE === 0) await this.#clock.turn();
        }
      }
    }
    return { calls: sorted(calls), more: false };
  }

  async answer(question: TraceQuestion): Promise<TraceCallResult> {
    const reading = parseCall(question.text);
    if ('problem' in reading) return reading;
    this.#isUsed = true;
    await this.#folders.settled();
    const chosen = this.#choose(question, reading.call);
    if (!chosen) return { problem: 'Nothing for Istio is open here.' };
    const { folder, subject } = chosen;
    const { result, document, lines } = await this.#written(folder, subject, reading.call);
    const inDocument = linesOfFile(document.text);
    const links = document.links.flatMap(({ range, path, offset }): readonly TraceLink[] => {
      const position = lines.get(path)?.range({ start: offset, end: offset }).start;
      return position ? [{ range: inDocument.range(range), uri: this.#folders.uri(path), position }] : [];
    });
    return {
      question: { text: callText(reading.call), folder: this.#folders.uri(folder.root), set: subject.id },
      verdict: result.verdict,
      text: document.text,
      links,
      istioctl: istioctlCommands(result),
      sets: folder.analysis.traceables().map(({ id, name }) => ({ id, title: setTitle({ name }) })),
    };
  }

  /** The call that a finding or a resource is about. */
  async callAt({ uri, position, code }: CallAtParams): Promise<TraceQuestion | null> {
    const path = toPath(uri);
    const folder = this.#folders.of(path);
    await folder?.settled();
    const lines = await this.#texts.lines(path);
    if (!folder || !lines) return null;
    const { snapshot } = folder.analysis;
    const finding = folder.analysis.findings(path).find((each) => {
      const { start, end } = lines.range(each.range);
      return each.code === code && compare(start, position) <= 0 && compare(position, end) <= 0;
    });
    const resource = resourceAt(snapshot, path, lines.offset(position));
    for (const subject of folder.analysis.traceables()) {
      const object = resource && objectIn(subject, resource);
      const call = finding ? callAbout(subject, finding, snapshot) : object && callsAbout(subject, object)[0];
      if (call) return { text: callText(call), folder: this.#folders.uri(folder.root), set: subject.id };
    }
    return null;
  }

  #choose({ folder: uri, set }: TraceQuestion, call: Call): { folder: Folder; subject: Traceable } | undefined {
    const asked =
      uri === undefined ? undefined : this.#folders.all().find((each) => this.#folders.uri(each.root) === uri);
    const folders = asked ? [asked] : this.#folders.all();
    const subjects = folders.flatMap((folder) => folder.analysis.traceables().map((subject) => ({ folder, subject })));
    const named = subjects.find(({ subject }) => subject.id === set);
    const chosen = chooseSet(
      subjects.map(({ subject }) => subject),
      call,
    );
    return named ?? subjects.find(({ subject }) => subject === chosen);
  }

  /** Writes the document once to learn which files it names, and again with their lines. */
  async #written(
    folder: Folder,
    subject: Traceable,
    call: Call,
  ): Promise<{ result: TraceResult; document: LinkedText; lines: ReadonlyMap<string, Lines> }> {
    const paths = new Set<string>();
    const write = (place: (path: string, offset: number) => string) => {
      const result = traceCall(subject, call);
      return { result, document: traceText(result, { plane: subject.tracer.plane(), place }) };
    };
    write((path) => {
      paths.add(path);
      return '';
    });
    const lines = new Map<string, Lines>();
    for (const path of paths) {
      const found = await this.#texts.lines(path);
      if (found) lines.set(path, found);
    }
    const written = write((path, offset) => {
      const shown = path.startsWith(`${folder.root}/`) ? path.slice(folder.root.length + 1) : path;
      const start = lines.get(path)?.range({ start: offset, end: offset }).start;
      return start ? `${shown}:${start.line + 1}` : shown;
    });
    return { ...written, lines };
  }
}

const ORDER: Readonly<Record<CallItem['verdict'], number>> = {
  failed: 0,
  blocked: 1,
  unknown: 2,
  'outside-not-through-gateway': 3,
  outside: 4,
};

function sorted(calls: readonly CallItem[]): readonly CallItem[] {
  return [...calls].sort((a, b) => ORDER[a.verdict] - ORDER[b.verdict]);
}

function compare(a: CallAtParams['position'], b: CallAtParams['position']): number {
  return a.line - b.line || a.character - b.character;
}

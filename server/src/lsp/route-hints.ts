/** Hover and code lens: where the calls of a route go. */
import type { CodeLens, Hover, HoverParams } from 'vscode-languageserver';
import { type ListedCall, listedLine } from '../features/call-list.ts';
import { objectIn } from '../features/calls-about.ts';
import { routeHint, routeLens } from '../features/route-hints.ts';
import type { Traceable } from '../features/trace-call.ts';
import type { K8sRoute, VirtualService } from '../manifest/types.ts';
import type { RouteObject } from '../mesh/route-rules.ts';
import { TRACE_COMMAND, type TraceQuestion } from '../protocol.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';
import type { Texts } from './texts.ts';
import { toPath } from './uris.ts';

export class RouteHints {
  readonly #folders: Folders;
  readonly #texts: Texts;
  readonly #hasCommand: boolean;

  /** @param hasCommand whether the client has `TRACE_COMMAND` */
  constructor(folders: Folders, texts: Texts, hasCommand: boolean) {
    this.#folders = folders;
    this.#texts = texts;
    this.#hasCommand = hasCommand;
  }

  async hover({ textDocument, position }: HoverParams): Promise<Hover | null> {
    const path = toPath(textDocument.uri);
    const folder = this.#folders.of(path);
    await folder?.settled();
    const lines = await this.#texts.lines(path);
    if (!folder || !lines) return null;
    const offset = lines.offset(position);
    const route = routesIn(folder, path).find(({ range }) => offset >= range.start && offset <= range.end);
    const placed = route && placedIn(folder, route);
    const hint = placed && routeHint(placed.subject, placed.object, offset);
    if (!placed || !hint) return null;
    const calls = hint.calls.map((each) => `- ${this.#line(folder, placed.subject, each)}`);
    const more = hint.more === 0 ? [] : [`- and ${hint.more} more`];
    return { contents: { kind: 'markdown', value: [...calls, ...more].join('\n') }, range: lines.range(hint.range) };
  }

  /** One for each route that has to do with calls to the outside. */
  async lenses(uri: string): Promise<CodeLens[]> {
    const path = toPath(uri);
    const folder = this.#folders.of(path);
    await folder?.settled();
    const lines = await this.#texts.lines(path);
    if (!folder || !lines) return [];
    return routesIn(folder, path).flatMap((route): CodeLens[] => {
      const placed = placedIn(folder, route);
      const lens = placed && routeLens(placed.subject, placed.object);
      if (!lens) return [];
      const question = this.#question(folder, placed.subject, lens.call);
      return [
        {
          range: lines.range(lens.range),
          command: { title: lens.title, command: TRACE_COMMAND, arguments: [question] },
        },
      ];
    });
  }

  #line(folder: Folder, subject: Traceable, call: ListedCall): string {
    const text = `\`${call.text.replaceAll('`', '')}\``;
    const line = listedLine({ ...call, text, outcome: escaped(call.outcome) });
    if (!this.#hasCommand) return line;
    const args = encodeURIComponent(JSON.stringify([this.#question(folder, subject, call)]));
    return `${line} · [Trace](command:${TRACE_COMMAND}?${args})`;
  }

  #question(folder: Folder, { id }: Traceable, { text }: ListedCall): TraceQuestion {
    return { text, folder: this.#folders.uri(folder.root), set: id };
  }
}

type Route = VirtualService | K8sRoute;

function routesIn(folder: Folder, path: string): readonly Route[] {
  const resources = folder.analysis.snapshot.files.get(path)?.contents.resources ?? [];
  return resources.filter(
    (each): each is Route => each.kind === 'VirtualService' || each.kind === 'HTTPRoute' || each.kind === 'TLSRoute',
  );
}

/** The first apply set that has the resource. */
function placedIn(
  folder: Folder,
  resource: Route,
): { readonly subject: Traceable; readonly object: RouteObject } | undefined {
  for (const subject of folder.analysis.traceables()) {
    const object = objectIn(subject, resource);
    if (object) return { subject, object: { ...object, resource } };
  }
  return undefined;
}

/** What Markdown would take for its own. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~]/g, '\\$&');
}

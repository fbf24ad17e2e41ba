/** Plans of routes in a folder as the editor has it. */
import type { Analysis } from '../analysis/types.ts';
import { readContents } from '../manifest/read-contents.ts';
import { planRoute } from '../scaffold/plan.ts';
import type { RouteRequest } from '../scaffold/request.ts';
import type { RoutePlan, Site, SiteFinding } from '../scaffold/types.ts';
import type { Snapshot, WorkspaceFile } from '../workspace/types.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';

/** How often a plan may ask for texts that it did not have. */
const ROUNDS = 6;

interface Copied {
  readonly folder: Folder;
  readonly snapshot: Snapshot;
  readonly analysis: Analysis;
  readonly files: ReadonlyMap<string, WorkspaceFile>;
}

export class Planning {
  readonly #folders: Folders;
  /** The last copy: the same folder is asked about again and again while somebody chooses. */
  #copied: Copied | undefined;
  /** Plans of that copy by request: a light bulb asks for the same whenever the cursor moves. */
  readonly #plans = new Map<string, RoutePlan>();

  constructor(folders: Folders) {
    this.#folders = folders;
  }

  /**
   * Plans a route in a folder. A plan takes texts as it needs them, and those on disk have to be waited for: what it missed is read, and it is made again.
   */
  async plan(folder: Folder, request: RouteRequest): Promise<RoutePlan> {
    const copied = await this.#copyOf(folder);
    const { analysis, files } = copied;
    const key = JSON.stringify(request);
    const known = this.#plans.get(key);
    if (known) return known;
    const texts = new Map<string, string | undefined>();
    const missed = new Set<string>();
    const site: Site = {
      root: folder.root,
      settings: analysis.settings,
      files,
      text: (path) => {
        const open = this.#folders.document(path)?.getText();
        if (open !== undefined) return open;
        if (!texts.has(path)) missed.add(path);
        return texts.get(path);
      },
    };
    for (let round = 0; round < ROUNDS; round++) {
      // What is not whole is not worth the findings.
      planRoute(site, request);
      if (missed.size === 0) break;
      for (const path of missed) texts.set(path, await this.#folders.read(path));
      missed.clear();
    }
    const plan = planRoute({ ...site, findings: (changed) => findingsWith(analysis, files, changed) }, request);
    if (this.#copied === copied) this.#plans.set(key, plan);
    return plan;
  }

  /** Lets go of the copy. */
  done(): void {
    this.#copied = undefined;
    this.#plans.clear();
  }

  async #copyOf(folder: Folder): Promise<Copied> {
    const { snapshot } = folder.analysis;
    const known = this.#copied;
    if (known?.folder === folder && known.snapshot === snapshot) return known;
    const analysis = await folder.copyToPlanIn();
    this.done();
    const copied = { folder, snapshot, analysis, files: new Map(analysis.snapshot.files) };
    this.#copied = copied;
    return copied;
  }
}

/** The findings with some texts replaced; the analysis is left as it was. */
function findingsWith(
  analysis: Analysis,
  files: ReadonlyMap<string, WorkspaceFile>,
  texts: ReadonlyMap<string, string>,
): readonly SiteFinding[] {
  const all = () => analysis.paths().flatMap(analysis.findings);
  if (texts.size === 0) return all();
  analysis.update([...texts].map(([path, text]) => ({ path, contents: readContents(path, text) })));
  const found = all();
  analysis.update([...texts.keys()].map((path) => ({ path, contents: files.get(path)?.contents })));
  return found;
}

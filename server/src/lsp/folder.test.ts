/** Whoever looks at a file of a large folder has its findings before all of the folder is checked. */
import { describe, expect, it } from 'vitest';
import { readContents } from '../manifest/read-contents.ts';
import { createFilter } from '../workspace/filter.ts';
import { DEFAULT_SETTINGS } from '../workspace/settings.ts';
import type { Clock } from './clock.ts';
import { Folder, type FolderListener } from './folder.ts';
import { LOOSE } from './sources.ts';

const ROOT = '/w';

/** A route to a gateway that is in another namespace than it says. */
const route = (n: number) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: partner-${n}, namespace: team-${n}}
spec:
  hosts: [api.partner-${n}.example.com]
  gateways: [partner-${n}]
  http:
    - route: [{destination: {host: api.partner-${n}.example.com, port: {number: 80}}}]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: partner-${n}, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [api.partner-${n}.example.com]}]
`;

/** Turns are taken one by one: `next` lets the server go on until it gives way again. */
class SteppedClock implements Clock {
  #resume: (() => void) | undefined;
  now = () => 0;
  later = () => () => undefined;
  turn = () =>
    new Promise<void>((resolve) => {
      this.#resume = resolve;
    });

  async next(): Promise<boolean> {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
    // All that is waiting runs before the next macrotask.
    await new Promise((resolve) => setImmediate(resolve));
    return resume !== undefined;
  }
}

interface Opened {
  readonly folder: Folder;
  readonly clock: SteppedClock;
  /** What the editor was told, in order. */
  readonly told: string[];
}

/** @param disk resolves when the files can be read */
function opened(routes: number, disk: Promise<void> = Promise.resolve()): Opened {
  const clock = new SteppedClock();
  const told: string[] = [];
  const listener: FolderListener = {
    reading: () => undefined,
    ahead: (paths) => told.push(`ahead: ${[...paths].join()}`),
    changed: (_, paths, typed) => told.push(`${paths.size} files, asked for: ${[...typed].join()}`),
    failed: (error) => told.push(`failed: ${String(error)}`),
  };
  const files = Array.from({ length: routes }, (_, n) => ({ path: `${ROOT}/${n}.yaml`, text: route(n) }));
  const folder = new Folder({
    root: ROOT,
    settings: {},
    context: 'anywhere',
    clock,
    listener,
    source: {
      ...LOOSE,
      load: async () => {
        await disk;
        return {
          changes: files.map(({ path, text }) => ({ path, contents: readContents(path, text) })),
          settings: DEFAULT_SETTINGS,
          filter: createFilter({ root: ROOT, exclude: [], ignoreFiles: [] }),
        };
      },
    },
  });
  return { folder, clock, told };
}

const codesOf = (folder: Folder, path: string) => folder.analysis.findings(path).map(({ code }) => code);

describe('in a folder with many files', () => {
  const last = `${ROOT}/599.yaml`;

  it('an open file is told of first', async () => {
    const { folder, clock, told } = opened(600);
    folder.edit(last, route(599));
    let isChecked = false;
    void folder.checked(last).then(() => {
      isChecked = true;
    });
    while (!isChecked && (await clock.next()));
    expect(told).toEqual([`ahead: ${last}`]);
    expect(codesOf(folder, last)).toEqual(['gateway-not-found']);
    expect(codesOf(folder, `${ROOT}/0.yaml`)).toEqual([]);
    while (await clock.next());
    // Whatever came after that has to be asked for again.
    expect(told.slice(1)).toEqual(['600 files, asked for: ']);
    expect(codesOf(folder, last)).toEqual(['gateway-not-found']);
    expect(codesOf(folder, `${ROOT}/0.yaml`)).toEqual(['gateway-not-found']);
    folder.dispose();
  });

  it('also where it is opened while the folder is being read', async () => {
    let answer = () => {};
    const { folder, clock, told } = opened(600, new Promise((resolve) => (answer = resolve)));
    await clock.next();
    folder.edit(last, route(599));
    answer();
    await clock.next();
    while (told.length === 0 && (await clock.next()));
    expect(told).toEqual([`ahead: ${last}`]);
    while (await clock.next());
    expect(told.slice(1)).toEqual(['600 files, asked for: ']);
    folder.dispose();
  });

  it('what is typed meanwhile is not ahead: it has yet to be read', async () => {
    const { folder, clock, told } = opened(600);
    folder.edit(last, route(599));
    while (told.length === 0 && (await clock.next()));
    folder.edit(last, route(599).replace('gateways: [partner-599]', 'gateways: [istio-system/partner-599]'));
    let isChecked = false;
    void folder.checked(last).then(() => {
      isChecked = true;
    });
    expect(isChecked).toBe(false);
    while (await clock.next());
    expect(isChecked).toBe(true);
    expect(codesOf(folder, last)).toEqual([]);
    folder.dispose();
  });
});

it('in a small folder all files are told of at once', async () => {
  const { folder, clock, told } = opened(3);
  folder.edit(`${ROOT}/1.yaml`, route(1));
  while (await clock.next());
  expect(told).toEqual([`3 files, asked for: ${ROOT}/1.yaml`]);
  folder.dispose();
});

/** Shapes of real repositories on which a linter of names cries wolf: each is read as it should be, and silent. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createAnalysis } from '../server/src/analysis/analysis.ts';
import { loadFolder } from '../server/src/node/load.ts';
import { toWorkspacePath } from '../server/src/node/paths.ts';

const FIXTURES = toWorkspacePath(fileURLToPath(new URL('fixtures/in-the-wild', import.meta.url)));

/** How many resources are read of each shape: silence must not come from not reading. */
const SHAPES: readonly (readonly [folder: string, shows: string, resources: number])[] = [
  ['1-alternatives', 'definitions that are never applied together', 24],
  ['2-no-namespace', 'namespaces that are given when the files are applied', 6],
  ['3-elsewhere', 'references into other repositories', 4],
  ['4-vendored', 'trees of others, left out', 3],
  ['5-templates', 'templates that parse, and templates that do not', 7],
  ['6-partial', 'patches, tests and policies that only name the kinds', 2],
  ['7-carriers', 'resources inside other objects', 5],
  ['8-form', 'every form of YAML that people write', 404],
  ['9-two-routes', 'the two legs in two VirtualServices', 7],
  ['10-leg-of-endpoints', 'the leg to the gateway as an endpoint', 4],
  ['11-outside-in-the-cluster', 'hosts that only look as if they were outside', 3],
  ['12-ports-and-protocols', 'ports and protocols that do not go together at first sight', 12],
  ['13-subsets', 'subsets without labels, and DestinationRules that come together', 6],
  ['14-port-left-out', 'a destination without a port', 3],
  ['15-sidecars', 'Sidecars that say only a little', 5],
  ['16-ambient', 'ServiceEntries that are bound to a waypoint', 6],
  ['17-other-names', 'an egress gateway that is not called so', 8],
  ['18-kept-for-later', 'empty parts, and both blocks in one', 4],
];

describe.each(SHAPES)('%s: %s', (folder, _shows, resources) => {
  it('is silent, and read', async () => {
    const analysis = await analysisOf(`${FIXTURES}/${folder}`);
    const findings = analysis.paths().flatMap((path) => analysis.findings(path));
    expect(findings.map(({ path, code, message }) => ({ path, code, message }))).toEqual([]);
    expect(analysis.summary().resources).toBe(resources);
  });
});

async function analysisOf(root: string) {
  const { changes } = await loadFolder({ root });
  const analysis = createAnalysis({ root });
  analysis.update(changes);
  return analysis;
}

/** A route is created, the window is restarted, and the route is taken back to the last byte. */
import { deepStrictEqual, ok } from 'node:assert';
import { eventually, open, pathOf } from './editor.ts';
import type { SuiteTest } from './index.ts';
import { acceptUntil, closeAll, create, onDisk, saveAll, seeUnsaved, undo, write } from './wizard.ts';
import { rmSync } from 'node:fs';

const KUSTOMIZATION = '\ufeff# ours\r\nresources:\r\n- other.yaml # theirs\r\n';
const OTHER = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a}\n';
const ROUTE = 'team-a/api-example-com.yaml';

export const beforeRestart: readonly SuiteTest[] = [
  {
    name: 'creates a route, and saves it, before the window is restarted',
    async run() {
      write('team-a/kustomization.yaml', KUSTOMIZATION);
      write('team-a/other.yaml', OTHER);
      for (const file of ['team-a/kustomization.yaml', 'team-a/other.yaml']) await open(file);
      await closeAll();
      await create({ address: 'https://api.example.com', changes: { namespace: 'team-a', audience: ['team-a'] } });
      await acceptUntil(async () => ok(onDisk()[ROUTE] !== undefined));
      await seeUnsaved(ROUTE);
      await saveAll();
      await eventually(async () => {
        ok(onDisk()['team-a/kustomization.yaml']?.includes('api-example-com.yaml'));
        ok(onDisk()[ROUTE]?.includes('kind: VirtualService'));
      });
      await closeAll();
    },
  },
];

export const afterRestart: readonly SuiteTest[] = [
  {
    name: 'takes a route back to the last byte after the window was restarted',
    async run() {
      ok(onDisk()[ROUTE]?.includes('kind: VirtualService'));
      await undo();
      deepStrictEqual(onDisk(), {
        'team-a': 'a folder',
        'team-a/kustomization.yaml': Buffer.from(KUSTOMIZATION).toString('latin1'),
        'team-a/other.yaml': OTHER,
      });
      rmSync(pathOf('team-a'), { recursive: true });
    },
  },
];

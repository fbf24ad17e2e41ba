/** The results for people, as Markdown. */
import type { Results } from './bench.ts';

/** Rows of what was measured beside what is aimed at. */
export function table({ machine, cold, keystrokes, traces, plans, server }: Results): string {
  const [, small, large] = cold;
  const rows = [
    ...cold.map((each) => [
      `check, ${thousands(each.resources)} resources`,
      `${each.seconds.toFixed(2)} s (CPU ${each.cpuSeconds.toFixed(2)} s, ${each.megabytes.toFixed(0)} MB at most)`,
      each.resources === 10_000 ? '3.5 s' : '',
      ...(each.istioctlSeconds === undefined ? [] : [ratio(each.istioctlSeconds, each.seconds)]),
    ]),
    ...(small && large
      ? [
          [
            `growth, ${thousands(small.resources)} to ${thousands(large.resources)}`,
            `${(large.seconds / small.seconds).toFixed(1)} times the time`,
            `${(large.resources / small.resources).toFixed(1)} times`,
          ],
        ]
      : []),
    [
      `keystroke to findings, ${thousands(keystrokes.resources)} resources open`,
      `p50 ${keystrokes.p50.toFixed(1)} ms, p99 ${keystrokes.p99.toFixed(1)} ms, worst ${keystrokes.worst.toFixed(1)} ms (${keystrokes.count} keystrokes)`,
      'p99 16 ms',
    ],
    ...traces.flatMap((each) => [
      [
        `trace of a call, ${thousands(each.resources)} resources`,
        `p50 ${each.warmP50.toFixed(2)} ms, p99 ${each.warmP99.toFixed(2)} ms; of every route for the first time ${each.first.toFixed(2)} ms each`,
        'p99 2 ms',
      ],
      [
        `edit and first trace after it, ${thousands(each.resources)} resources`,
        `of its VirtualService ${each.changedP50.toFixed(2)} ms; of another ${each.unrelated.map(({ kind, p50 }) => `${kind} ${p50.toFixed(2)} ms`).join(', ')} (p50)`,
        '2 ms',
      ],
    ]),
    ...plans.map((each) => [
      `create a route, ${thousands(each.resources)} resources`,
      `first plan ${(each.first / 1000).toFixed(1)} s, further ones ${(each.again / 1000).toFixed(1)} s`,
      '1 s',
    ]),
    [
      `server, ${thousands(server.resources)} resources`,
      `${server.settledMegabytes.toFixed(0)} MB${server.peakMegabytes === undefined ? '' : ` (${server.peakMegabytes.toFixed(0)} MB at most)`}, findings after ${server.secondsToFindings.toFixed(1)} s`,
      '150 MB',
    ],
  ];
  const withPeer = cold.some((each) => each.istioctlSeconds !== undefined);
  const header = ['', 'measured', 'aim', ...(withPeer ? ['istioctl analyze'] : [])];
  const lines = [header, header.map(() => '---'), ...rows.map((row) => header.map((_, column) => row[column] ?? ''))];
  return `${machine}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('')}`;
}

function ratio(theirs: number, ours: number): string {
  return `${theirs.toFixed(2)} s, ${(theirs / ours).toFixed(1)} times ours`;
}

function thousands(number: number): string {
  return number.toLocaleString('en-US');
}

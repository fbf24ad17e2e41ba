/** What was chosen, as rows that can be changed. */
import { relativeTo } from '../workspace/paths.ts';
import { NOBODYS_NAMESPACE } from '../calls/callers.ts';
import { audienceText } from './audience.ts';
import { PATTERNS } from './patterns/all.ts';
import type { Frame } from './frame.ts';
import type { PatternId } from './request.ts';
import type { Choice, PlannedFile } from './types.ts';

export function choicesOf(frame: Frame, mutualHop: boolean, files: readonly PlannedFile[]): readonly Choice[] {
  const { request, install, installs, home, audience, site, written } = frame;
  const pattern = PATTERNS[request.pattern];
  const choices: Choice[] = [];
  if (install) {
    const own = `${install.namespace}/${install.service}`;
    const others = installs.map(({ namespace, service }) => `${namespace}/${service}`).filter((each) => each !== own);
    const alternatives = others.map((gateway) => ({ title: gateway, change: { gateway } }));
    choices.push({ id: 'gateway', title: 'Gateway', value: own, alternatives });
  }
  choices.push(tlsChoice(request.pattern));
  const namespaces = [...new Set([...written, ...frame.clients])].filter((each) => each !== NOBODYS_NAMESPACE);
  choices.push({
    id: 'audience',
    title: 'Used by',
    value: audienceText(audience),
    alternatives: [
      ...(audience === 'all' ? [] : [{ title: 'every namespace', change: { audience: 'all' as const } }]),
      ...namespaces
        .filter((each) => audience === 'all' || audience.length !== 1 || audience[0] !== each)
        .map((each) => ({ title: each, change: { audience: [each] } })),
    ],
  });
  if (pattern.mutualHop === 'optional') {
    choices.push({
      id: 'mutual-hop',
      title: 'Sidecar to gateway',
      value: mutualHop ? 'mutual TLS' : 'as the application sends it',
      alternatives: [
        mutualHop
          ? { title: 'as the application sends it', change: { mutualHop: false } }
          : { title: 'mutual TLS', change: { mutualHop: true } },
      ],
    });
  }
  choices.push({
    id: 'namespace',
    title: 'Namespace',
    value: home,
    alternatives: namespaces
      .filter((each) => each !== home)
      .map((namespace) => ({ title: namespace, change: { namespace } })),
  });
  choices.push({
    id: 'files',
    title: 'Files',
    value: files
      .map(({ path, before }) => `${before === undefined ? '' : '+ '}${relativeTo(site.root, path)}`)
      .join(', '),
    alternatives: [],
  });
  return choices;
}

/** Who begins TLS, and which other pattern the same call could have. */
function tlsChoice(pattern: PatternId): Choice {
  const none = { title: 'none', change: { pattern: 'http' } } as const;
  const gateway = { title: 'added by the gateway', change: { pattern: 'tls-origination' } } as const;
  const mutual = {
    title: 'added by the gateway, with a certificate of its own',
    change: { pattern: 'tls-origination-mutual' },
  } as const;
  const sidecar = { title: 'added by the sidecar', change: { pattern: 'sidecar-tls-origination' } } as const;
  const plain = [none, gateway, mutual, sidecar];
  const own = plain.find(({ change }) => change.pattern === pattern);
  return {
    id: 'tls',
    title: 'TLS',
    value: own?.title ?? (PATTERNS[pattern].scheme === 'tcp' ? 'none' : "the application's own"),
    alternatives: own ? plain.filter((each) => each !== own) : [],
  };
}

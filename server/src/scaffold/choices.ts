/** What was chosen, as rows that can be changed. */
import { isWildcard } from '../mesh/hosts.ts';
import { relativeTo } from '../workspace/paths.ts';
import { NOBODYS_NAMESPACE } from '../calls/callers.ts';
import { audienceText } from './audience.ts';
import { FORM_TITLES } from './forms/titles.ts';
import { PATTERNS } from './patterns/all.ts';
import type { Frame } from './frame.ts';
import { DEFAULT_CREDENTIAL, FORM_IDS, type RouteRequest } from './request.ts';
import type { Choice, PlannedFile } from './types.ts';

export function choicesOf(frame: Frame, mutualHop: boolean, files: readonly PlannedFile[]): readonly Choice[] {
  const { request, form, install, installs, home, audience, site, written } = frame;
  const pattern = PATTERNS[request.pattern];
  const choices: Choice[] = [];
  if (install) {
    const own = `${install.namespace}/${install.service}`;
    const others = installs.map(({ namespace, service }) => `${namespace}/${service}`).filter((each) => each !== own);
    const alternatives = others.map((gateway) => ({ title: gateway, change: { gateway } }));
    const prompt = 'Namespace and name of the gateway’s Service, such as istio-system/istio-egressgateway';
    choices.push({
      id: 'gateway',
      title: 'Gateway',
      value: own,
      alternatives,
      typed: { field: 'gateway', prompt, value: own },
    });
  }
  choices.push(tlsChoice(request));
  choices.push(...secretChoices(frame));
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
    typed: {
      field: 'audience',
      prompt: 'Namespaces whose workloads may use the route, separated by commas, or all',
      value: audience === 'all' ? 'all' : audience.join(', '),
    },
  });
  if (form.mutualHop(pattern) === 'optional') {
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
      .map((namespace) => ({ title: namespace, change: { namespace, audience } })),
    typed: { field: 'namespace', prompt: 'Namespace that ServiceEntry and VirtualService are written to', value: home },
  });
  choices.push(...setChoice(frame));
  choices.push(...formChoice(frame));
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
function tlsChoice({ pattern, port }: RouteRequest): Choice {
  const none = { title: 'none', change: { pattern: 'http' } } as const;
  const gateway = { title: 'added by the gateway', change: { pattern: 'tls-origination' } } as const;
  const mutual = {
    title: 'added by the gateway, with a certificate of its own',
    change: { pattern: 'tls-origination-mutual' },
  } as const;
  const sidecar = { title: 'added by the sidecar', change: { pattern: 'sidecar-tls-origination' } } as const;
  const plain = [none, gateway, mutual, sidecar];
  const own = plain.find(({ change }) => change.pattern === pattern);
  // TLS is added to calls of port 80 alone.
  const isUsual = pattern !== 'http' || port === undefined;
  return {
    id: 'tls',
    title: 'TLS',
    value: own?.title ?? (PATTERNS[pattern].scheme === 'tcp' ? 'none' : "the application's own"),
    alternatives: own && isUsual ? plain.filter((each) => each !== own) : [],
  };
}

/** What a pattern can be given beside who calls whom. */
function secretChoices({ request, tracer }: Frame): readonly Choice[] {
  const { pattern, credential, addresses = [], server, host } = request;
  const choices: Choice[] = [];
  if (PATTERNS[pattern].credential !== 'none') {
    const value = credential ?? (PATTERNS[pattern].credential === 'needed' ? DEFAULT_CREDENTIAL : '');
    const prompt = 'Name of a Secret in the namespace of the gateway’s pods';
    choices.push({
      id: 'credential',
      title: 'Secret',
      value: value === '' ? "none: the system's authorities are trusted" : value,
      alternatives: [],
      typed: { field: 'credential', prompt, value },
    });
  }
  if (pattern === 'tcp') {
    const value = addresses.join(', ');
    choices.push({
      id: 'addresses',
      title: 'Addresses',
      value: value === '' ? 'none: the port belongs to this host alone' : value,
      alternatives: addresses.length > 0 ? [{ title: 'none', change: { addresses: [] } }] : [],
      typed: { field: 'addresses', prompt: 'IP addresses that the application dials, separated by commas', value },
    });
  }
  if (pattern === 'wildcard') {
    const value = server ?? `www.${host.replace(/^\*\./, '')}`;
    const prompt = `Server that answers for every host under ${host}`;
    choices.push({
      id: 'server',
      title: 'Server',
      value,
      alternatives: serversUnder(tracer, host)
        .filter((each) => each !== value)
        .map((each) => ({ title: each, change: { server: each } })),
      typed: { field: 'server', prompt, value },
    });
  }
  return choices;
}

/** Which API a route is written in; without a gateway there is nothing to choose. */
function formChoice({ form, request }: Frame): readonly Choice[] {
  const { gateway, gatewayApi } = PATTERNS[request.pattern];
  if (!gateway) return [];
  const others = FORM_IDS.filter((each) => each !== form.id && (each === 'istio' || !('why' in gatewayApi)));
  const alternatives = others.map((id) => ({ title: FORM_TITLES[id], change: { form: id } }));
  return [{ id: 'form', title: 'Written as', value: FORM_TITLES[form.id], alternatives }];
}

/** Hosts under a wildcard that are declared: one of them may answer for all. */
function serversUnder({ mesh }: Frame['tracer'], wildcard: string): readonly string[] {
  const suffix = wildcard.slice(1);
  const declared = mesh.reader().under('ServiceEntry', wildcard);
  const hosts = declared.flatMap(({ resource }) => (resource.hosts?.items ?? []).flatMap(({ value }) => value ?? []));
  return [...new Set(hosts)].filter((each) => !isWildcard(each) && each.endsWith(suffix)).sort();
}

/** Which files are applied together with the new ones, where there are several such sets. */
function setChoice({ set, world }: Frame): readonly Choice[] {
  const others = world.snapshot.sets.filter((each) => each.id !== set?.id);
  if (!set || others.length === 0) return [];
  const titleOf = ({ name, id }: { readonly name: string | undefined; readonly id: string }) => name ?? id;
  const alternatives = others.map((each) => ({ title: titleOf(each), change: { set: each.id } }));
  return [{ id: 'set', title: 'Apply set', value: titleOf(set), alternatives }];
}

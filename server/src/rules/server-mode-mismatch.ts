/** A rule in a block that the server of the gateway does not read. */
import type { HttpMatch } from '../manifest/types.ts';
import type { MergedServer } from '../trace/gateway-merge.ts';
import type { YamlEdit } from '../yaml/edits.ts';
import type { Fix } from './finding.ts';
import type { CallReport, CallRule } from './rule.ts';
import { type Arrival, blockOf, serverText } from './shared/gateway-arrival.ts';
import { actingMatches, diagnosed, type ProblemOf } from './shared/gateway-diagnosis.ts';
import { serverRelated } from './shared/gateway-place.ts';
import { ruleIn, type WrittenRule } from './shared/match-in.ts';
import { dueBlock, serverChange, serverFix } from './shared/server-change.ts';

export const rule: CallRule = {
  code: 'server-mode-mismatch',
  title: 'Server does not read the block of the rule',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['no-listener', 'no-route', 'no-virtual-host', 'no-filter-chain', 'tls-error', 'mtls-error', 'protocol-error'],
  explain(failure) {
    const found = diagnosed(failure, 'block', 'inside');
    if (!found) return undefined;
    const { arrival, problem } = found;
    return problem.kind === 'block' ? ofBlock(arrival, problem) : ofInside(problem);
  },
  page: {
    what: 'A rule for a gateway is in a block (`http`, `tls`, `tcp`) that the server of the Gateway does not read.',
    why: 'Protocol and `tls.mode` of a server decide which rules it takes. HTTP, and HTTPS that ends at the gateway, take `http` rules. TLS or HTTPS with PASSTHROUGH takes `tls` rules. TCP, and TLS that ends at the gateway (ISTIO_MUTUAL, SIMPLE, MUTUAL), take `tcp` rules: what is inside is bytes.',
    symptom:
      'Without a rule that it reads the gateway does not listen on the port at all: connections are refused or reset, and istiod logs that it omits the listener. An HTTP server answers 404.',
    remedy: 'Move the rule to the block that the server reads, or change protocol or mode of the server.',
    bad: example(
      'tls',
      '- gateways: [istio-egressgateway]\n          port: 443\n          sniHosts: [api.example.com]',
    ),
    good: example('tcp', '- gateways: [istio-egressgateway]\n          port: 443'),
    sources: [
      'https://istio.io/latest/docs/ops/common-problems/network-issues/#gateway-mismatch',
      'istio/istio: pilot/pkg/networking/core/gateway.go',
    ],
  },
};

type BlockProblem = ProblemOf<'block'>;

function ofBlock(arrival: Arrival, problem: BlockProblem): CallReport | undefined {
  const { server, leg, rule: acting } = problem;
  const source = 'source' in acting ? acting.source : leg.routes.source;
  const written = ruleIn(source, acting.range);
  const block = written?.block ?? 'http';
  const number = serverText(server);
  if (server.tlsMode === 'AUTO_PASSTHROUGH') return ofAutoPassthrough(server, block);
  const read = blockOf(server);
  const due = dueBlock(arrival);
  if (block === due && read !== due) {
    const change = serverChange(server, arrival);
    return {
      path: server.gateway.path,
      range: (server.server.port?.protocol ?? server.server).range,
      cause: `server ${number} takes \`${read}\` rules, so the \`${block}\` rule for it is ignored`,
      remedy: `Let it be ${change.text}.`,
      related: [{ path: source.path, range: acting.range, message: `The \`${block}\` rule.` }],
      fixes: change.fixes,
    };
  }
  const [match] = actingMatches(acting, leg.key) ?? [];
  return {
    path: source.path,
    range: (match ?? acting).range,
    cause: `server ${number} takes \`${read}\` rules, so this \`${block}\` rule is ignored`,
    remedy: `Move it to \`${read}\`.`,
    related: serverRelated(server, 'Protocol and mode of the server.'),
    fixes: written && !written.object.context ? moveTo(read, written) : [],
  };
}

function ofAutoPassthrough(server: MergedServer, block: WrittenRule['block']): CallReport {
  const mode = server.server.tls?.mode;
  const { path, context } = server.gateway;
  return {
    path,
    range: (mode ?? server.server).range,
    cause: `server ${serverText(server)} takes no rules at all: AUTO_PASSTHROUGH leads to services of the mesh alone`,
    remedy: 'Use PASSTHROUGH.',
    fixes:
      mode && !context && block === 'tls'
        ? [serverFix('Use PASSTHROUGH', path, [{ kind: 'replace-scalar', range: mode.range, value: 'PASSTHROUGH' }])]
        : [],
  };
}

function ofInside({ server }: ProblemOf<'inside'>): CallReport {
  const { protocol } = server.server.port ?? {};
  return {
    path: server.gateway.path,
    range: (protocol ?? server.server).range,
    cause: `server ${serverText(server)} reads HTTP inside the TLS that it ends, and gets the TLS or the bytes of applications`,
    remedy: 'Let its protocol be TLS, with `tcp` rules.',
  };
}

/** What the rule has that the other block cannot hold is taken out; a rule with conditions on requests stays where it is. */
function moveTo(block: 'http' | 'tls' | 'tcp', { rule: moved, object, block: from }: WrittenRule): readonly Fix[] {
  const matches = moved.match?.items ?? [];
  const hosts = (object.resource.hosts?.items ?? []).flatMap((each) => each.value ?? []);
  if (
    from === 'http' &&
    (Object.keys(moved).some((each) => !['range', 'match', 'route', 'name'].includes(each)) ||
      matches.some(hasConditions))
  )
    return [];
  if (block === 'tls' && (hosts.length === 0 || matches.length === 0)) return [];
  const changes = matches.flatMap((match): readonly YamlEdit[] => {
    if (block === 'tls') return [{ kind: 'set-key', range: match.range, key: 'sniHosts', value: hosts }];
    return 'sniHosts' in match ? [{ kind: 'remove-key', range: match.range, key: 'sniHosts' }] : [];
  });
  const named: readonly YamlEdit[] = 'name' in moved ? [{ kind: 'remove-key', range: moved.range, key: 'name' }] : [];
  const edit: YamlEdit = { kind: 'move-item', range: moved.range, key: block, changes: [...changes, ...named] };
  return [
    { title: `Move the rule to ${block}`, preferred: true, safety: 'safe', edits: [{ path: object.path, edit }] },
  ];
}

function hasConditions(match: object): boolean {
  const { uri, scheme, method, authority, headers, withoutHeaders, queryParams } = match as HttpMatch;
  return [uri, scheme, method, authority, headers, withoutHeaders, queryParams].some((each) => each !== undefined);
}

function example(block: string, match: string): string {
  return `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: istio-egressgateway
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      hosts: [api.example.com]
      tls: {mode: ISTIO_MUTUAL}
# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: egress
  namespace: istio-system
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: api
      trafficPolicy:
        tls: {mode: ISTIO_MUTUAL, sni: api.example.com}
# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-egressgateway]
  tls:
    - match:
        - {gateways: [mesh], port: 443, sniHosts: [api.example.com]}
      route:
        - destination:
            host: istio-egressgateway.istio-system.svc.cluster.local
            subset: api
            port: {number: 443}
${block === 'tls' ? '' : `  ${block}:\n`}    - match:
        ${match}
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`;
}

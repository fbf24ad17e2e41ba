/** What people get wrong on the way out of the mesh, and which rules find it. The rules must exist: the page is not written otherwise. */

/** @typedef {{id: string, title: string, rules: readonly string[], says: string}} Mistake */

export const MISTAKES = [
  ['B-01', 'A subset of the gateway without a DestinationRule that the client can use', ['subset-not-found'], ''],
  [
    'B-02',
    "The rule for the gateway is in a block that the Gateway's server does not read",
    ['server-mode-mismatch'],
    '',
  ],
  [
    'B-03',
    'The protocol of a port is not what applications send',
    ['route-block-mismatch', 'plain-http-to-tls-port', 'hop-tls-mismatch'],
    'What applications send is not in YAML: it is told by the rules that are written for the port.',
  ],
  [
    'B-04',
    'The ServiceEntry is hidden from the gateway, or from the clients',
    ['service-entry-hidden-from-gateway', 'service-entry-hidden-from-clients', 'destination-hidden'],
    '',
  ],
  [
    'B-05',
    'TLS origination that does not fit: port 80 to the outside, TLS for another port',
    ['plain-http-to-tls-port', 'port-not-declared'],
    '',
  ],
  [
    'B-06',
    'The gateway does not open the port, or its Service does not have it',
    ['gateway-port-not-open', 'destination-port-not-found'],
    '',
  ],
  [
    'B-07',
    'A credential that nobody fetches',
    ['credential-ignored-by-sidecar', 'plain-http-to-tls-port'],
    'Secrets are not read: that one is there, and in the namespace of the gateway, is seen in the cluster.',
  ],
  ['B-08', 'Mutual TLS to the gateway with a server name that it does not take', ['server-name-not-taken'], ''],
  ['B-09', 'TCP without addresses, or several hosts on one TCP port', ['service-entry-address-missing'], ''],
  [
    'B-10',
    'A Sidecar resource leaves out the gateway, the ServiceEntry or the route',
    ['sidecar-hides-route', 'sidecar-host-not-found'],
    '',
  ],
  ['B-11', 'The gateway sends to a ServiceEntry with resolution NONE', ['resolution-none-at-gateway'], ''],
  ['B-12', 'A wildcard host with resolution DNS', ['service-entry-wildcard-dns'], ''],
  ['B-13', 'A wildcard is sent on to itself', ['resolution-none-at-gateway', 'destination-host-not-found'], ''],
  ['B-14', 'No ServiceEntry', ['host-not-declared', 'destination-host-not-found'], ''],
  ['B-15', 'HTTPS in the `http` block', ['route-block-mismatch'], ''],
  [
    'B-16',
    'Applications call another host than the route has',
    ['host-not-served', 'server-host-missing'],
    'What applications call is not in YAML: only hosts that the resources give differently are seen. **Trace Request** shows what becomes of any host.',
  ],
  ['B-17', 'Several ServiceEntries for a host', ['service-entry-duplicated', 'route-block-mismatch'], ''],
  [
    'B-18',
    'Several VirtualServices for a host in sidecars',
    ['virtual-service-host-duplicated', 'gateway-bypassed'],
    'The oldest wins, and age is not in YAML: both are reported.',
  ],
  [
    'B-19',
    'The Gateway selects other pods than those that calls are sent to',
    ['gateway-selector-mismatch', 'gateway-selects-no-pod'],
    '',
  ],
  ['B-20', 'The name of the Gateway lacks its namespace', ['gateway-not-found', 'gateway-name-invalid'], ''],
  ['B-21', 'A policy by principal on a gateway that passes TLS through', ['authorization-policy-without-identity'], ''],
  [
    'B-22',
    'Names that are used twice: the second definition is lost',
    ['destination-rule-partly-ignored', 'servers-conflict'],
    'Two resources of one name are taken for alternatives (another cluster, another step), and never compared.',
  ],
  ['B-23', 'TLS in TLS', ['tls-in-tls'], ''],
  ['B-24', 'Plain and TLS servers on one port of a gateway', ['servers-conflict'], ''],
  [
    'B-25',
    'A route is seen by namespaces that cannot follow it',
    ['subset-not-found', 'destination-hidden'],
    'For namespaces that nobody named it is an information.',
  ],
  [
    'B-26',
    'A match that does not say for which gateway it is: the gateway calls itself',
    ['route-loops', 'gateway-leg-missing'],
    '',
  ],
  [
    'B-27',
    '`mesh` is missing, or one of the two legs',
    ['mesh-missing', 'mesh-leg-missing', 'gateway-leg-missing'],
    '',
  ],
  ['B-28', 'IP addresses instead of names', ['virtual-service-host-address'], ''],
  [
    'B-29',
    'Conditions on the caller where nobody looks at them',
    ['match-source-ignored', 'match-source-at-gateway'],
    '',
  ],
  ['B-30', 'Mutual TLS to the gateway taken for given', ['gateway-hop-plaintext'], 'Advice.'],
  ['B-31', 'The VirtualService is hidden from the gateway', ['virtual-service-hidden-from-gateway'], ''],
  ['B-32', 'Several hosts on one server whose `tcp` rules are used', ['tcp-rule-shadowed'], ''],
  [
    'B-33',
    'A destination without a port on a host with several',
    ['destination-port-implied', 'destination-port-missing'],
    '',
  ],
  ['B-34', 'The port of a match is not that of the server', ['match-port-mismatch', 'port-not-declared'], ''],
  ['B-35', 'A match for a gateway that `spec.gateways` lacks', ['match-gateway-not-listed'], ''],
  [
    'B-36',
    'A short name of a Service in another namespace',
    ['destination-host-not-found', 'destination-rule-host-not-found'],
    '',
  ],
  ['B-37', 'The Gateway does not take the host of the route', ['host-not-served', 'server-host-missing'], ''],
  [
    'B-38',
    'Server names that the hosts do not cover, or in the old spelling',
    ['sni-host-not-covered', 'field-unknown'],
    '',
  ],
  ['B-39', 'The host `*` in sidecars', ['mesh-with-wildcard-host'], ''],
  [
    'B-40',
    'Only one port of a host is routed',
    ['port-not-routed'],
    'An information: the port may be left out on purpose.',
  ],
  ['B-41', 'ALLOW_ANY hides what misses the gateway', ['outbound-policy-allows-any'], 'Advice.'],
  [
    'B-42',
    'TLS settings for one host hold for the whole gateway',
    ['gateway-tls-for-all-hosts', 'hop-tls-mismatch'],
    '',
  ],
  [
    'B-43',
    'A NetworkPolicy cuts pods off from DNS',
    ['network-policy-without-dns'],
    'Advice. What a NetworkPolicy lets through depends on the network: traces name those that select a pod.',
  ],
  [
    'B-44',
    'No egress gateway is installed',
    ['gateway-selects-no-pod', 'service-without-pods', 'destination-host-not-found'],
    'Known only where the settings say that everything is here (`complete: ["*"]`); else the standard install is assumed, and said so.',
  ],
  ['B-45', '`discoverySelectors` leave a namespace out', ['namespace-not-discovered'], ''],
  ['B-46', 'The way of sidecars in an ambient namespace', ['sidecar-route-in-ambient', 'route-without-waypoint'], ''],
  ['B-47', 'Gateway API: references that mean something else', ['route-parent-not-found', 'route-backend-invalid'], ''],
  [
    'B-48',
    'DNS capture gives wildcard hosts addresses of their own',
    [],
    'Whether proxies capture DNS is not in the resources. With it, a wildcard ServiceEntry of resolution NONE no longer sees the address that was dialled: list the hosts, with resolution DNS.',
  ],
  ['B-49', 'Examples from old pages', ['api-version-outdated'], 'Advice.'],
  ['B-50', 'Weights that change nothing', ['route-weight-ignored'], ''],
].map(([id, title, rules, says]) => ({ id, title, rules, says }));

/** The page that says which rules find a mistake. Throws where one names a rule that is not there. */
export function mistakesPage(rules) {
  const codes = new Set(rules.map((each) => each.code));
  const unknown = MISTAKES.flatMap((each) => each.rules).filter((each) => !codes.has(each));
  if (unknown.length > 0) throw new Error(`scripts/generate/mistakes.mjs names rules that are not there: ${unknown}.`);
  const rows = MISTAKES.map(({ id, title, rules: found, says }) => {
    const links = found.map((each) => `[\`${each}\`](${each}.md)`).join(', ');
    return `| ${id} | ${title} | ${[links, says].filter((each) => each !== '').join('. ')} |`;
  });
  return `# What goes wrong on the way out of the mesh

Fifty mistakes from public threads and from the warnings of Istio's own pages, and the rules that find them. Each has a wrong and a right example that
runs as a test, where its column names a rule.

| | Mistake | Found by |
| --- | --- | --- |
${rows.join('\n')}
`;
}

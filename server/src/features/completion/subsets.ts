/** Subsets of a destination's host. */
import { resolveShortHost, serviceOfHost } from '../../mesh/hosts.ts';
import { destinationRulesFor } from '../../mesh/rules-for-host.ts';
import { destinationRuleFor } from '../../trace/destination-rules.ts';
import { type Candidate, type Offer, offer } from './candidate.ts';
import { titleOf } from './hosts.ts';
import { actingRule, podNamespaces, virtualServiceOf } from './legs.ts';
import { aroundKey, type Scene, textIn } from './scene.ts';

/** What DestinationRules define for the proxies that follow the rule; what is out of their reach comes last, and says so. */
export function subsets(scene: Scene): Offer {
  const { reader, plane, object } = scene;
  const written = textIn(aroundKey(scene, 'destination') ?? aroundKey(scene, 'mirror'), 'host');
  const host = written && resolveShortHost(written, object.namespace, reader.settings.clusterDomain);
  if (!host) return offer([]);
  const namespace =
    serviceOfHost(host, reader.settings.clusterDomain)?.namespace ?? reader.hosting('ServiceEntry', host)[0]?.namespace;
  const clients = clientsOf(scene);
  const used = clients.map((client) => ({
    client,
    rule: destinationRuleFor(plane, { hostname: host, namespace: namespace ?? '' }, { namespace: client, labels: {} }),
  }));
  const candidates = destinationRulesFor(reader, host).flatMap((rule) =>
    (rule.resource.subsets?.items ?? []).flatMap(({ name }): readonly Candidate[] => {
      if (name?.value === undefined) return [];
      const without = used.filter((each) => !each.rule?.subsets.some((one) => one.name?.value === name.value));
      const isOut = without.length > 0;
      const where = `DestinationRule ${titleOf(rule)}`;
      const detail = isOut ? `out of reach of ${without.map(({ client }) => client).join(', ')}: ${where}` : where;
      return [{ value: name.value, kind: 'subset', detail, rank: isOut ? 1 : 0, names: rule }];
    }),
  );
  return offer(candidates);
}

/** The namespaces of the proxies that follow the rule around, as far as they are known. */
function clientsOf(scene: Scene): readonly string[] {
  const { mesh, gateways } = actingRule(scene);
  const route = virtualServiceOf(scene);
  const own = mesh && scene.object.namespace !== undefined ? [scene.object.namespace] : [];
  return [...new Set([...own, ...(route ? podNamespaces(scene, gateways, route) : [])])];
}

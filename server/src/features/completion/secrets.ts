/** Names of Secrets with certificates: Secrets are not read, so those that others use. */
import { type Candidate, type Offer, offer } from './candidate.ts';
import { titleOf } from './hosts.ts';
import { isSelf, type Scene } from './scene.ts';

/** What Gateways and DestinationRules of the same namespace take their certificates from. */
export function credentials(scene: Scene): Offer {
  const { reader, object } = scene;
  const ofGateways = reader
    .inNamespace('Gateway', object.namespace)
    .flatMap((gateway) =>
      (gateway.resource.servers?.items ?? []).map(({ tls }) => ({ object: gateway, name: tls?.credentialName?.value })),
    );
  const ofRules = reader.inNamespace('DestinationRule', object.namespace).flatMap((rule) => {
    const policies = [rule.resource, ...(rule.resource.subsets?.items ?? [])].flatMap(
      ({ trafficPolicy }) => trafficPolicy ?? [],
    );
    const settings = policies.flatMap((each) => [each, ...(each.portLevelSettings?.items ?? [])]);
    return settings.map(({ tls }) => ({ object: rule, name: tls?.credentialName?.value }));
  });
  return offer(
    [...ofGateways, ...ofRules].flatMap((each): readonly Candidate[] =>
      each.name === undefined || isSelf(scene, each.object)
        ? []
        : [
            {
              value: each.name,
              kind: 'secret',
              detail: `used by ${each.object.resource.kind} ${titleOf(each.object)}`,
              rank: each.object.resource.kind === object.resource.kind ? 0 : 1,
              names: each.object,
            },
          ],
    ),
  );
}

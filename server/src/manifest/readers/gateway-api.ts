/** Kinds of `gateway.networking.k8s.io`. */
import type { Obj } from '../object.ts';
import { compact } from '../optional.ts';
import type { K8sGateway, K8sListener, K8sRoute, ObjectReference, ReferenceGrant, ResourceBase } from '../types.ts';

export function readK8sGateway(base: ResourceBase, spec: Obj): K8sGateway {
  return compact({
    ...base,
    kind: 'K8sGateway' as const,
    gatewayClassName: spec.string('gatewayClassName'),
    listeners: spec.list('listeners', listener),
    addresses: spec.list('addresses', (each) =>
      compact({ range: each.range, type: each.constant('type'), value: each.string('value') }),
    ),
  });
}

export function readK8sRoute(kind: K8sRoute['kind']) {
  return (base: ResourceBase, spec: Obj): K8sRoute =>
    compact({
      ...base,
      kind,
      parentRefs: spec.list('parentRefs', reference),
      hostnames: spec.strings('hostnames'),
      rules: spec.list('rules', (rule) =>
        compact({ range: rule.range, backendRefs: rule.list('backendRefs', reference) }),
      ),
    });
}

export function readReferenceGrant(base: ResourceBase, spec: Obj): ReferenceGrant {
  return compact({
    ...base,
    kind: 'ReferenceGrant' as const,
    from: spec.list('from', reference),
    to: spec.list('to', reference),
  });
}

function listener(o: Obj): K8sListener {
  const tls = o.object('tls');
  const allowed = o.object('allowedRoutes');
  const namespaces = allowed?.object('namespaces');
  return compact({
    range: o.range,
    name: o.string('name'),
    hostname: o.string('hostname'),
    port: o.number('port'),
    protocol: o.constant('protocol'),
    tls: tls && compact({ range: tls.range, mode: tls.constant('mode'), options: tls.texts('options') }),
    allowedRoutes:
      allowed &&
      compact({
        range: allowed.range,
        from: namespaces?.constant('from'),
        selector: namespaces?.present('selector'),
        kinds: allowed.list('kinds', (each) =>
          compact({ range: each.range, group: each.string('group'), kind: each.string('kind') }),
        ),
      }),
  });
}

function reference(o: Obj): ObjectReference {
  return compact({
    range: o.range,
    group: o.string('group'),
    kind: o.string('kind'),
    name: o.string('name'),
    namespace: o.string('namespace'),
    sectionName: o.string('sectionName'),
    port: o.number('port'),
    weight: o.number('weight'),
  });
}

/** Kinds of `gateway.networking.k8s.io`. */
import type { Obj } from '../object.ts';
import { compact, compactBoth } from '../optional.ts';
import type {
  ApiRoute,
  BackendReference,
  K8sFilter,
  K8sGateway,
  K8sHeader,
  K8sHeaderModifier,
  K8sHttpMatch,
  K8sListener,
  K8sNamedMatch,
  K8sPathModifier,
  K8sRoute,
  K8sRouteRule,
  K8sValueMatch,
  LabelSelector,
  ObjectReference,
  ReferenceGrant,
  ResourceBase,
} from '../types.ts';

export function readK8sGateway(base: ResourceBase, spec: Obj): K8sGateway {
  return compactBoth(base, {
    kind: 'K8sGateway' as const,
    gatewayClassName: spec.string('gatewayClassName'),
    listeners: spec.list('listeners', listener),
    listenersFrom: spec.object('allowedListeners')?.object('namespaces')?.constant('from'),
    addresses: spec.list('addresses', (each) =>
      compact({ range: each.range, type: each.constant('type'), value: each.string('value') }),
    ),
  });
}

export function readK8sRoute<K extends K8sRoute['kind']>(kind: K) {
  return (base: ResourceBase, spec: Obj): ApiRoute<K> =>
    // Put together under the kind's own name.
    ({
      ...compactBoth(base, {
        parentRefs: spec.list('parentRefs', reference),
        hostnames: spec.strings('hostnames'),
        rules: spec.list('rules', kind === 'HTTPRoute' ? httpRule : plainRule),
      }),
      kind,
    });
}

function plainRule(o: Obj): K8sRouteRule {
  return compact({ range: o.range, name: o.string('name'), backendRefs: o.list('backendRefs', reference) });
}

function httpRule(o: Obj): K8sRouteRule {
  return compact({
    range: o.range,
    name: o.string('name'),
    matches: o.list('matches', httpMatch),
    filters: o.list('filters', filter),
    backendRefs: o.list('backendRefs', httpBackend),
  });
}

function httpBackend(o: Obj): BackendReference {
  return compact({ ...reference(o), filters: o.list('filters', filter) });
}

function httpMatch(o: Obj): K8sHttpMatch {
  const path = o.object('path');
  return compact({
    range: o.range,
    path: path && valueMatch(path),
    method: o.constant('method'),
    headers: o.list('headers', namedMatch),
    queryParams: o.list('queryParams', namedMatch),
  });
}

function valueMatch(o: Obj): K8sValueMatch {
  return compact({ range: o.range, type: o.constant('type'), value: o.free('value') });
}

function namedMatch(o: Obj): K8sNamedMatch {
  return compact({ ...valueMatch(o), name: o.string('name') });
}

function filter(o: Obj): K8sFilter {
  const requests = o.object('requestHeaderModifier');
  const responses = o.object('responseHeaderModifier');
  const mirror = o.object('requestMirror');
  const mirrored = mirror?.object('backendRef');
  const redirect = o.object('requestRedirect');
  const rewrite = o.object('urlRewrite');
  return compact({
    range: o.range,
    type: o.constant('type'),
    requestHeaderModifier: requests && headerModifier(requests),
    responseHeaderModifier: responses && headerModifier(responses),
    requestMirror: mirror && compact({ range: mirror.range, backendRef: mirrored && reference(mirrored) }),
    requestRedirect:
      redirect &&
      compact({
        range: redirect.range,
        scheme: redirect.constant('scheme'),
        hostname: redirect.string('hostname'),
        port: redirect.number('port'),
        statusCode: redirect.number('statusCode'),
        path: pathModifier(redirect),
      }),
    urlRewrite:
      rewrite && compact({ range: rewrite.range, hostname: rewrite.string('hostname'), path: pathModifier(rewrite) }),
  });
}

function headerModifier(o: Obj): K8sHeaderModifier {
  return compact({
    range: o.range,
    set: o.list('set', header),
    add: o.list('add', header),
    remove: o.strings('remove'),
  });
}

function header(o: Obj): K8sHeader {
  return compact({ range: o.range, name: o.string('name'), value: o.free('value') });
}

function pathModifier(parent: Obj): K8sPathModifier | undefined {
  const o = parent.object('path');
  return (
    o &&
    compact({
      range: o.range,
      type: o.constant('type'),
      replaceFullPath: o.free('replaceFullPath'),
      replacePrefixMatch: o.free('replacePrefixMatch'),
    })
  );
}

export function readReferenceGrant(base: ResourceBase, spec: Obj): ReferenceGrant {
  return compactBoth(base, {
    kind: 'ReferenceGrant' as const,
    from: spec.list('from', reference),
    to: spec.list('to', reference),
  });
}

function listener(o: Obj): K8sListener {
  const tls = o.object('tls');
  const allowed = o.object('allowedRoutes');
  const namespaces = allowed?.object('namespaces');
  const chosen = namespaces?.object('selector');
  return compact({
    range: o.range,
    name: o.string('name'),
    hostname: o.string('hostname'),
    port: o.number('port'),
    protocol: o.constant('protocol'),
    tls:
      tls &&
      compact({
        range: tls.range,
        mode: tls.constant('mode'),
        options: tls.texts('options'),
        certificateRefs: tls.list('certificateRefs', reference),
      }),
    allowedRoutes:
      allowed &&
      compact({
        range: allowed.range,
        from: namespaces?.constant('from'),
        selector: chosen && selector(chosen),
        kinds: allowed.list('kinds', (each) =>
          compact({ range: each.range, group: each.string('group'), kind: each.string('kind') }),
        ),
      }),
  });
}

function selector(o: Obj): LabelSelector {
  return compact({
    range: o.range,
    matchLabels: o.labels('matchLabels'),
    matchExpressions: o.list('matchExpressions', (each) =>
      compact({
        range: each.range,
        key: each.string('key'),
        operator: each.constant('operator'),
        values: each.strings('values'),
      }),
    ),
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

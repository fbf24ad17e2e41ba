import type { Obj } from '../object.ts';
import { compact, compactBoth } from '../optional.ts';
import type {
  HttpMatch,
  HttpRedirect,
  HttpRewrite,
  HttpRule,
  L4Match,
  ResourceBase,
  TlsRule,
  VirtualService,
} from '../types.ts';
import { namedMatches, readDestination, readHeaders, readRouteDestination, stringMatch } from './shared.ts';

/** `networking.istio.io` VirtualService. */
export function readVirtualService(base: ResourceBase, spec: Obj): VirtualService {
  return compactBoth(base, {
    kind: 'VirtualService' as const,
    hosts: spec.strings('hosts'),
    gateways: spec.strings('gateways'),
    exportTo: spec.strings('exportTo'),
    http: spec.list('http', httpRule),
    tls: spec.list('tls', l4Rule),
    tcp: spec.list('tcp', l4Rule),
  });
}

function httpRule(o: Obj): HttpRule {
  const redirect = o.object('redirect');
  const direct = o.object('directResponse');
  const delegate = o.object('delegate');
  const rewrite = o.object('rewrite');
  const mirror = o.object('mirror');
  return compact({
    range: o.range,
    name: o.string('name'),
    match: o.list('match', httpMatch),
    route: o.list('route', readRouteDestination),
    redirect: redirect && readRedirect(redirect),
    directResponse: direct && compact({ range: direct.range, status: direct.number('status') }),
    delegate:
      delegate &&
      compact({ range: delegate.range, name: delegate.string('name'), namespace: delegate.string('namespace') }),
    rewrite: rewrite && readRewrite(rewrite),
    mirror: mirror && readDestination(mirror),
    mirrors: o.list('mirrors', (each) => {
      const destination = each.object('destination');
      return compact({ range: each.range, destination: destination && readDestination(destination) });
    }),
    headers: readHeaders(o),
    timeout: o.present('timeout'),
    retries: o.present('retries'),
    fault: o.present('fault'),
    corsPolicy: o.present('corsPolicy'),
  });
}

function httpMatch(o: Obj): HttpMatch {
  return compact({
    range: o.range,
    name: o.string('name'),
    uri: stringMatch(o, 'uri'),
    ignoreUriCase: o.boolean('ignoreUriCase'),
    scheme: stringMatch(o, 'scheme'),
    method: stringMatch(o, 'method'),
    authority: stringMatch(o, 'authority'),
    headers: namedMatches(o, 'headers'),
    withoutHeaders: namedMatches(o, 'withoutHeaders'),
    queryParams: namedMatches(o, 'queryParams'),
    port: o.number('port'),
    sourceLabels: o.labels('sourceLabels'),
    sourceNamespace: o.string('sourceNamespace'),
    gateways: o.strings('gateways'),
  });
}

function l4Rule(o: Obj): TlsRule {
  return compact({ range: o.range, match: o.list('match', l4Match), route: o.list('route', readRouteDestination) });
}

function l4Match(o: Obj): L4Match {
  return compact({
    range: o.range,
    sniHosts: o.strings('sniHosts'),
    destinationSubnets: o.strings('destinationSubnets'),
    port: o.number('port'),
    sourceLabels: o.labels('sourceLabels'),
    sourceNamespace: o.string('sourceNamespace'),
    gateways: o.strings('gateways'),
  });
}

function readRedirect(o: Obj): HttpRedirect {
  return compact({
    range: o.range,
    uri: o.free('uri'),
    authority: o.string('authority'),
    port: o.number('port'),
    derivePort: o.constant('derivePort'),
    scheme: o.string('scheme'),
    redirectCode: o.number('redirectCode'),
  });
}

function readRewrite(o: Obj): HttpRewrite {
  const regex = o.object('uriRegexRewrite');
  return compact({
    range: o.range,
    uri: o.free('uri'),
    authority: o.string('authority'),
    uriRegexRewrite:
      regex && compact({ range: regex.range, match: regex.free('match'), rewrite: regex.free('rewrite') }),
  });
}

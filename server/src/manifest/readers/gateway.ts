import type { Obj } from '../object.ts';
import { compact, compactBoth } from '../optional.ts';
import type { Gateway, GatewayServer, ResourceBase, ServerTls } from '../types.ts';
import { readServerPort } from './shared.ts';

/** `networking.istio.io` Gateway. */
export function readGateway(base: ResourceBase, spec: Obj): Gateway {
  return compactBoth(base, {
    kind: 'Gateway' as const,
    selector: spec.labels('selector'),
    servers: spec.list('servers', server),
  });
}

function server(o: Obj): GatewayServer {
  const port = o.object('port');
  const tls = o.object('tls');
  return compact({
    range: o.range,
    name: o.string('name'),
    bind: o.string('bind'),
    port: port && readServerPort(port),
    hosts: o.strings('hosts'),
    tls: tls && serverTls(tls),
  });
}

function serverTls(o: Obj): ServerTls {
  return compact({
    range: o.range,
    mode: o.constant('mode'),
    httpsRedirect: o.boolean('httpsRedirect'),
    credentialName: o.string('credentialName'),
    serverCertificate: o.free('serverCertificate'),
    privateKey: o.free('privateKey'),
    caCertificates: o.free('caCertificates'),
  });
}

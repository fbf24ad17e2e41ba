/** The layers of a connection, as text: `mtls SNI`, `tls SNI`, `http HOST`, `tcp`. */
import type { Call, ClusterTls } from './types.ts';

export interface Layers {
  readonly outer: 'mtls' | 'tls' | 'http' | 'tcp';
  /** The server name, or the HTTP host. */
  readonly name: string;
  readonly inner: readonly string[];
}

export function callLayers({ protocol, host }: Call): readonly string[] {
  switch (protocol) {
    case 'http':
      return [`http ${host}`];
    case 'https':
      return [`tls ${host}`, `http ${host}`];
    case 'tls':
      return [`tls ${host}`, 'tcp'];
    case 'tcp':
      return ['tcp'];
  }
}

export function peel(layers: readonly string[]): Layers {
  const [first = 'tcp', ...inner] = layers;
  const space = first.indexOf(' ');
  const outer = space < 0 ? first : first.slice(0, space);
  return {
    outer: outer === 'mtls' || outer === 'tls' || outer === 'http' ? outer : 'tcp',
    name: space < 0 ? '' : first.slice(space + 1),
    inner,
  };
}

/** The layers with TLS around them; an automatic server name is the host of the request, so bytes that are no HTTP have none. */
export function wrap(layers: readonly string[], tls: ClusterTls | undefined): readonly string[] {
  if (!tls) return layers;
  const { outer, name } = peel(layers);
  const sni = tls.sni ?? (outer === 'http' ? name : '');
  const layer = tls.mode === 'istioMutual' ? 'mtls' : 'tls';
  return [sni === '' ? layer : `${layer} ${sni}`, ...layers];
}

/** The layers after the proxy gave the request another host. */
export function rewriteHost(layers: readonly string[], host: string | undefined): readonly string[] {
  return host ? layers.map((each) => (each.startsWith('http ') ? `http ${host}` : each)) : layers;
}

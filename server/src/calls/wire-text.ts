/** The layers of a connection in words. */

/** What a proxy gets, for the middle of a sentence: `TLS with server name a.com`. */
export function receivedText(layers: readonly string[]): string {
  const [outer = 'tcp'] = layers;
  const name = nameOf(outer);
  if (outer.startsWith('mtls'))
    return name === '' ? 'the mesh’s mutual TLS' : `the mesh’s mutual TLS with server name ${name}`;
  if (outer.startsWith('tls')) return name === '' ? 'TLS without a server name' : `TLS with server name ${name}`;
  if (outer.startsWith('http')) return 'plain HTTP';
  return 'plain bytes';
}

/** What the far side gets, all layers: `TLS (server name a.com) with HTTP (Host a.com) inside`. */
export function wireText(layers: readonly string[]): string {
  const [outer = 'tcp', ...inner] = layers.map(layerText);
  const lone = layers.length === 1;
  return lone ? plainText(layers[0] ?? 'tcp') : `${outer} with ${inner.join(', in it ')} inside`;
}

/** What is wrong with these bytes for whom they go to; undefined where nothing is seen. */
export function wireWarning(layers: readonly string[], port: number): string | undefined {
  const encrypted = layers.filter((each) => /^m?tls/.test(each));
  if (layers[0]?.startsWith('mtls'))
    return 'The mesh’s mutual TLS goes to the outside: only a server that trusts this mesh’s certificates accepts it.';
  if (encrypted.length > 1)
    return 'TLS inside TLS: most servers refuse it. Either the application or the proxy should add TLS.';
  if (encrypted.length === 0 && port === 443 && layers[0]?.startsWith('http'))
    return 'Plain HTTP to port 443: a TLS server refuses it. A DestinationRule with tls.mode SIMPLE would add TLS.';
  return undefined;
}

function layerText(layer: string): string {
  const name = nameOf(layer);
  const server = name === '' ? 'no server name' : `server name ${name}`;
  if (layer.startsWith('mtls')) return `mutual TLS of the mesh (${server})`;
  if (layer.startsWith('tls')) return `TLS (${server})`;
  if (layer.startsWith('http')) return `HTTP (Host ${name})`;
  return 'the application’s bytes';
}

function plainText(layer: string): string {
  return layer.startsWith('http') ? `plain HTTP (Host ${nameOf(layer)})` : layerText(layer);
}

function nameOf(layer: string): string {
  const space = layer.indexOf(' ');
  return space < 0 ? '' : layer.slice(space + 1);
}

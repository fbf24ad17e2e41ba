/** TLS settings of a server (`validateTLSOptions`). */
import { quoted } from './names.ts';
import type { Range } from '../yaml/nodes.ts';
import type { View } from './view.ts';

const OWN_CERTIFICATES = new Set(['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL']);
const MATERIAL = [
  'serverCertificate',
  'privateKey',
  'caCertificates',
  'tlsCertificates',
  'credentialName',
  'credentialNames',
];

const CIPHER_SUITES = new Set([
  '',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
  'DES-CBC3-SHA',
]);

/** The mode of a server; the first of the enum where none is written. */
export function modeOf(tls: View): string | undefined {
  const mode = tls.constant('mode');
  return mode === '' ? 'PASSTHROUGH' : mode;
}

export function checkServerTls(tls: View): void {
  const { found } = tls;
  const mode = modeOf(tls);
  checkCiphers(tls);
  // Lists and texts: written and not empty.
  const isSet = (key: string) =>
    key.endsWith('s') && key !== 'caCertificates' ? tls.count(key) !== 0 : tls.isSet(key);
  const wrong = (key: string, text: string) => found.error('tls-settings-invalid', 'webhook', tls.keyAt(key), text);
  if (mode === 'ISTIO_MUTUAL') {
    for (const key of MATERIAL)
      if (isSet(key)) wrong(key, `With \`ISTIO_MUTUAL\` Istio brings the certificates: remove \`${key}\`.`);
    return;
  }
  if (mode === 'PASSTHROUGH' || mode === 'AUTO_PASSTHROUGH') {
    const [ignored] = [...MATERIAL, 'caCrl'].filter(isSet);
    if (ignored !== undefined) {
      found.warning(
        'setting-ignored',
        tls.keyAt(ignored),
        `\`${ignored}\` is ignored: with \`${mode}\` TLS is not ended here.`,
      );
    }
  }
  const sources = ['credentialName', 'credentialNames', 'tlsCertificates'].filter(isSet);
  if (isSet('serverCertificate') && isSet('privateKey')) sources.unshift('serverCertificate');
  const [first, second] = sources;
  if (first !== undefined && second !== undefined) {
    found.error(
      'fields-conflict',
      'webhook',
      tls.keyAt(second),
      `The certificate comes from \`${first}\` or from \`${second}\`, not from both.`,
      {
        related: [{ range: tls.keyAt(first), text: `\`${first}\` is here.` }],
      },
    );
  }
  const own = mode !== undefined && OWN_CERTIFICATES.has(mode);
  if (own && (isSet('credentialName') || isSet('credentialNames'))) return;
  if (own) checkCertificates(tls, mode);
  if (!isSet('caCrl')) return;
  if (isSet('credentialName'))
    wrong('caCrl', 'The revocation list belongs into the Secret that `credentialName` names: remove `caCrl`.');
  else if (mode === 'SIMPLE') wrong('caCrl', 'With `SIMPLE` no client certificates are asked for: remove `caCrl`.');
}

function checkCertificates(tls: View, mode: string): void {
  const { found } = tls;
  const needs = (view: View, key: string, at: Range) => {
    if (!view.isSet(key)) {
      found.error(
        'tls-settings-invalid',
        'webhook',
        at,
        `\`${mode}\` needs \`${key}\`, or a \`credentialName\` that names a Secret with it.`,
      );
    }
  };
  const range = tls.at('mode');
  const listed = tls.objects('tlsCertificates');
  if (tls.count('tlsCertificates') === 0) {
    needs(tls, 'serverCertificate', range);
    if (tls.isSet('serverCertificate')) needs(tls, 'privateKey', range);
    else if (!tls.isSet('privateKey')) return;
  }
  for (const each of listed) for (const key of ['serverCertificate', 'privateKey']) needs(each, key, each.mark);
  if (mode !== 'SIMPLE') needs(tls, 'caCertificates', range);
}

function checkCiphers(tls: View): void {
  const { found } = tls;
  const version = tls.constant('minProtocolVersion');
  if ((version === 'TLSV1_0' || version === 'TLSV1_1') && tls.count('cipherSuites') === 0) {
    found.warning(
      'setting-ignored',
      tls.at('minProtocolVersion'),
      `\`${version}\` needs \`cipherSuites\` that it can use: the usual ones are for TLS 1.2 and later.`,
    );
  }
  const seen = new Set<string>();
  for (const { value, range } of tls.items('cipherSuites')) {
    if (value === undefined) continue;
    if (!CIPHER_SUITES.has(value))
      found.warning('setting-ignored', range, `${quoted(value)} is ignored: Envoy has no cipher suite of this name.`);
    else if (seen.has(value)) found.warning('setting-ignored', range, `${quoted(value)} is here twice.`);
    seen.add(value);
  }
}

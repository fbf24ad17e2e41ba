/** The patterns by name. */
import type { PatternId } from '../request.ts';
import type { Pattern } from '../shape.ts';
import { http } from './http.ts';
import { sidecarOnly } from './sidecar-only.ts';
import { sidecarTlsOrigination } from './sidecar-tls-origination.ts';
import { tcp } from './tcp.ts';
import { tlsOrigination } from './tls-origination.ts';
import { tlsOriginationMutual } from './tls-origination-mutual.ts';
import { tlsPassthrough } from './tls-passthrough.ts';
import { wildcard } from './wildcard.ts';

export const PATTERNS: Readonly<Record<PatternId, Pattern>> = {
  http,
  'tls-passthrough': tlsPassthrough,
  'tls-origination': tlsOrigination,
  'tls-origination-mutual': tlsOriginationMutual,
  tcp,
  wildcard,
  'sidecar-only': sidecarOnly,
  'sidecar-tls-origination': sidecarTlsOrigination,
};

import { describe, expect, it } from 'vitest';
import type { Call, Hop } from '../trace/types.ts';
import { type EndingKind, endingsOf } from '../calls/endings.ts';
import { Mesh } from '../mesh/mesh.ts';
import { Tracer } from '../trace/tracer.ts';
import { DEFAULT_MESH_SETTINGS } from '../workspace/mesh-settings.ts';
import { reasonText, symptomText } from './outcome-text.ts';

const CALL: Call = { from: { namespace: 'app' }, host: 'a.com', port: 443, protocol: 'https' };
const AT: Hop = {
  proxy: 'sidecar app',
  port: 443,
  received: ['tls a.com', 'http a.com'],
  listener: '0.0.0.0_443',
  because: [],
};

const plane = new Tracer(new Mesh(undefined, DEFAULT_MESH_SETTINGS)).plane();

function said(hop: Hop): { kind: EndingKind | undefined; symptom: string; reason: string } {
  const [ending] = endingsOf(hop);
  if (!ending) throw new Error('no ending');
  return { kind: ending.kind, symptom: symptomText(ending), reason: reasonText(plane, ending, CALL) };
}

describe('ends that small YAML rarely makes', () => {
  it('two chains that fit equally', () => {
    expect(said({ ...AT, error: 'multiple-filter-chains' })).toEqual({
      kind: 'multiple-filter-chains',
      symptom: 'connection reset in the sidecar',
      reason:
        'connection reset: two rules take TLS with server name a.com equally well, and Envoy does not accept that',
    });
  });

  it('a sidecar that does not listen', () => {
    expect(said({ ...AT, error: 'no-listener' })).toEqual({
      kind: 'no-listener',
      symptom: 'connection refused in the sidecar',
      reason: 'connection refused: nothing listens on port 443 there',
    });
  });

  it('a host without routes', () => {
    expect(said({ ...AT, received: ['http a.com'], routeConfig: '443', error: 'no-virtual-host' })).toEqual({
      kind: 'no-virtual-host',
      symptom: '404 in the sidecar',
      reason: '404: it has no routes for a.com',
    });
  });

  it('a destination that is no host', () => {
    const clusters = [{ name: 'UnknownService', exists: false, end: { kind: 'no-cluster' }, because: [] }] as const;
    expect(said({ ...AT, action: 'forward', clusters })).toEqual({
      kind: 'no-cluster',
      symptom: 'connection reset in the sidecar',
      reason: 'connection reset: its rule names no destination that exists',
    });
  });
});

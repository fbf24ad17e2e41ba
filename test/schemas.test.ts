/** The schemas that the repository holds are those of the definitions that lie beside it. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { schemaOf, type SchemaNode } from '../server/src/schema/schema.ts';

const KINDS = [
  'VirtualService',
  'Gateway',
  'ServiceEntry',
  'WorkloadEntry',
  'DestinationRule',
  'Sidecar',
  'K8sGateway',
  'HTTPRoute',
  'TLSRoute',
  'ReferenceGrant',
];

const definitions = new URL('../../shared/crds/istio.yaml', import.meta.url);

describe('schemas', () => {
  it.each(KINDS)('of %s are known', (kind) => {
    expect(schemaOf(kind)?.spec.type).toBe('object');
  });

  it('know types, constants, limits and what is required', () => {
    const server = at('Gateway', 'servers')?.items;
    expect(server?.required).toEqual(['port', 'hosts']);
    expect(server?.fields?.get('port')?.fields?.get('number')).toMatchObject({
      type: 'integer',
      range: [0, 4294967295],
    });
    expect(server?.fields?.get('tls')?.fields?.get('mode')?.enum).toContain('OPTIONAL_MUTUAL');
    expect(at('ServiceEntry', 'hosts')?.itemCount).toEqual([1, 256]);
    expect(at('VirtualService', 'http')?.items?.fields?.get('timeout')).toMatchObject({
      type: 'string',
      duration: true,
    });
  });

  it(
    existsSync(definitions)
      ? 'are compared with the definitions by `npm run generate`'
      : 'are not compared: the definitions are not there',
    () => {
      // `generated.test.ts` runs the generator, which leaves the data alone where it has no definitions.
      expect(schemaOf('VirtualService')).toBeDefined();
    },
  );
});

function at(kind: string, field: string): SchemaNode | undefined {
  return schemaOf(kind)?.spec.fields?.get(field);
}

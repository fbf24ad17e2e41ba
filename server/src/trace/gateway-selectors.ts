/** What Gateways select by: few, however many Gateways there are. */
import { distinct } from '../mesh/distinct.ts';
import type { MeshReader } from '../mesh/mesh.ts';

/** Each once, in the order of their text. A Gateway without a selector adds none. */
export function gatewaySelectors(reader: MeshReader): readonly Readonly<Record<string, string>>[] {
  return [...reader.distinct(distinct.gatewaySelectors)]
    .sort()
    .map((each) => JSON.parse(each) as Readonly<Record<string, string>>);
}

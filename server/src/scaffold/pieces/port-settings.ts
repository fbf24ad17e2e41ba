/** TLS settings of one port of a DestinationRule. */
import type { YamlData } from '../../yaml/edits.ts';

export function portSettings(number: number, tls: Readonly<Record<string, YamlData>>): YamlData {
  return { port: { number }, tls };
}

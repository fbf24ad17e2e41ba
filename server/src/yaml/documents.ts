/** YAML text to documents, as Kubernetes reads it. */
import { composeDocument } from './compose.ts';
import type { YamlDocument } from './nodes.ts';
import { splitDocuments } from './slices.ts';

/**
 * Reads every document of a stream on its own, so that a broken one does not hide its neighbours. Never throws.
 *
 * @param text a whole file: YAML or JSON
 * @returns the documents in text order, each with its problems; empty ones without a `---` of their own are left out
 */
export function parseDocuments(text: string): readonly YamlDocument[] {
  return splitDocuments(text).map((range) => composeDocument(text, range));
}

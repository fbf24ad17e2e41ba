/** YAML text to documents, as Kubernetes reads it. */
import { composeDocument } from './compose.ts';
import type { YamlDocument } from './nodes.ts';
import { shiftDocument } from './shift.ts';
import { splitDocuments } from './slices.ts';

/** A text with its documents. */
export interface ParsedText {
  readonly text: string;
  /** In text order, each with its problems; empty ones without a `---` of their own are left out. */
  readonly documents: readonly YamlDocument[];
}

/**
 * Reads every document of a stream on its own, so that a broken one does not hide its neighbours. Never throws.
 *
 * @param text a whole file: YAML or JSON
 * @param previous the same file before the last keystroke: documents whose text is the same are not parsed again
 * @param wanted tells from a document's text whether it is worth parsing; the others are left out
 */
export function parseDocuments(
  text: string,
  previous?: ParsedText,
  wanted: (slice: string) => boolean = () => true,
): ParsedText {
  const known = previous && new Map(previous.documents.map((each) => [sliceOf(previous.text, each), each]));
  const documents = splitDocuments(text).flatMap((range) => {
    const slice = text.slice(range.start, range.end);
    if (!wanted(slice)) return [];
    const same = known?.get(slice);
    return same ? shiftDocument(same, range.start - same.range.start) : composeDocument(text, range);
  });
  return { text, documents };
}

function sliceOf(text: string, { range }: YamlDocument): string {
  return text.slice(range.start, range.end);
}

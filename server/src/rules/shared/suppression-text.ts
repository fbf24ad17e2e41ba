/** The comment that silences findings, written anew. */
import type { Suppression } from '../../manifest/contents.ts';

/** Without some of its codes; empty where none is left. */
export function suppressionText({ codes, reason }: Suppression, without: ReadonlySet<string>): string {
  const left = codes.flatMap(({ code }) => (without.has(code) ? [] : [code]));
  if (left.length === 0) return '';
  return `${suppressionOf(left.join(', '))}${reason === undefined ? '' : ` -- ${reason}`}`;
}

/** @param codes with commas between them */
export function suppressionOf(codes: string): string {
  return `# istio-egress: ignore ${codes}`;
}

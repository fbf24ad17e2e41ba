export interface Mistake {
  readonly id: string;
  readonly title: string;
  /** Codes of the rules that find it; empty where none does. */
  readonly rules: readonly string[];
  readonly says: string;
}
export const MISTAKES: readonly Mistake[];

/** Where a reader writes the keys that it is asked for: a Set, where somebody wants to know. */
export interface ReadLog {
  add(key: string): unknown;
}

/** For who asks once and is not told of changes. */
export const UNRECORDED: ReadLog = { add: () => undefined };

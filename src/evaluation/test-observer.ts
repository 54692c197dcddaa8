// The observer of a test: receives its progress and can stop it.

export interface TestObserver {
  /** Images tested so far, and their total. */
  readonly onImages: (seen: number, total: number) => void;
  /** A test image that cannot be decoded, by its path within the data set, and why. */
  readonly onUnreadable: (name: string, reason: string) => void;
  /** A note on how weights from another program were read. */
  readonly onNote: (note: string) => void;
  readonly signal: AbortSignal;
}

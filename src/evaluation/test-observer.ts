// Who waits for a test: hears how far it is, and may stop it.

export interface TestObserver {
  /** Images seen, of so many. */
  readonly onImages: (seen: number, total: number) => void;
  /** A test image that cannot be decoded, by its path within the data set, and why. */
  readonly onUnreadable: (name: string, reason: string) => void;
  /** Of how weights that others trained were taken. */
  readonly onNote: (note: string) => void;
  readonly signal: AbortSignal;
}

/** Words of the caller's that a new stream of the speech-to-text may hear again. */
export interface Unsettled {
  readonly words: readonly string[];
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

import { FRAME_MS } from '../audio/mu-law.js';

/** Tells when so much of the caller's audio is together: what a turn is where its length is fixed. */
export class AudioBuffer {
  readonly #maxDurationMs: number;
  #durationMs = 0;
  #timestampMs: number | null = null;

  constructor(maxDurationMs: number) {
    this.#maxDurationMs = maxDurationMs;
  }

  /**
   * A payload came, at `timestampMs` by the carrier's clock; where that doesn't go on, it counts as one frame. `true`: the
   * buffer is full, and another one begins.
   */
  add(timestampMs: number): boolean {
    const sinceMs = timestampMs - (this.#timestampMs ?? timestampMs);
    this.#timestampMs = timestampMs;
    this.#durationMs += sinceMs > 0 ? sinceMs : FRAME_MS;
    if (this.#durationMs < this.#maxDurationMs) return false;
    this.#durationMs = 0;
    return true;
  }
}

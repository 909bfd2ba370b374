import { msOf } from '../audio/mu-law.js';

/** Where each of a media stream's payloads begins, by the carrier's clock. */
export class MediaClock {
  /** Behind the latest. */
  #nextMs = 0;

  /** `timestampMs`: the carrier's; `null`: it told none, and the payload follows the audio before it. */
  at(timestampMs: number | null, bytes: number): number {
    const atMs = timestampMs ?? this.#nextMs;
    this.#nextMs = Math.max(this.#nextMs, atMs + msOf(bytes));
    return atMs;
  }
}

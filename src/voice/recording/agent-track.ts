import { CarrierBuffer } from '../carrier-buffer.js';
import type { Put } from './caller-track.js';
import { SAMPLES_A_MS } from './stereo-window.js';

/** A mark that is so much later than usual was late on the carrier's side: its audio was played later. */
const LATE_MS = 500;

interface Spoken {
  startMs: number;
  bytes: Uint8Array;
}

/**
 * The agent's audio as the caller was played it, on the call's clock: one message behind the other from when it was sent,
 * later where the carrier's marks say so, and without what a `clear` threw away.
 */
export class AgentTrack {
  readonly #buffer = new CarrierBuffer();
  /** In order; not placed yet. */
  #spoken: Spoken[] = [];
  /** The line's own delay: the least that a mark took. */
  #usualMs = Number.POSITIVE_INFINITY;
  /** All before it is known to have been played. */
  #provenMs = Number.NEGATIVE_INFINITY;
  #endMs: number | null = null;

  /** Where what was played by then ends; `null`: nothing was. */
  endMs(nowMs: number): number | null {
    const buffered = this.#buffer.endsAtMs;
    return buffered === null ? this.#endMs : Math.min(buffered, nowMs);
  }

  add(bytes: Uint8Array, nowMs: number): void {
    const { startMs } = this.#buffer.send(bytes.length / SAMPLES_A_MS, nowMs);
    this.#spoken.push({ startMs, bytes });
  }

  markSent(name: string, nowMs: number): void {
    this.#buffer.mark(name, nowMs);
  }

  markReturned(name: string, nowMs: number): void {
    const lateMs = this.#buffer.markReturned(name, nowMs);
    if (lateMs === null) return;
    this.#usualMs = Math.max(0, Math.min(this.#usualMs, lateMs));
    const delayMs = lateMs - this.#usualMs;
    if (delayMs > LATE_MS) this.#delay(delayMs);
    this.#provenMs = nowMs - this.#usualMs;
  }

  clear(nowMs: number): void {
    this.#endMs = this.endMs(nowMs);
    this.#buffer.clear();
    this.#spoken = this.#spoken
      .filter(({ startMs }) => startMs < nowMs)
      .map(({ startMs, bytes }) => ({
        startMs,
        bytes: bytes.subarray(0, Math.round((nowMs - startMs) * SAMPLES_A_MS)),
      }));
  }

  /** Places what begins before `untilMs`. */
  settle(untilMs: number, put: Put): void {
    const later = this.#spoken.findIndex(({ startMs }) => startMs >= untilMs);
    const settled = this.#spoken.splice(0, later < 0 ? this.#spoken.length : later);
    for (const { startMs, bytes } of settled) put(startMs, bytes);
  }

  #delay(ms: number): void {
    this.#buffer.delay(ms);
    for (const spoken of this.#spoken) if (spoken.startMs >= this.#provenMs) spoken.startMs += ms;
  }
}

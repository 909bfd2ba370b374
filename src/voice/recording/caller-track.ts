import { SAMPLES_A_MS } from './stereo-window.js';

/** Puts audio where it lies on the call's clock. */
export type Put = (startMs: number, bytes: Uint8Array) => void;

/** So long are packets kept before any is placed: the fastest of them tells where the carrier's clock stands. */
const ANCHOR_MS = 1_000;
/** Carriers' timestamps jitter: less isn't a gap, and packets are joined without a click. */
const JOIN_MS = 40;
/** No line is so late: the carrier's clock was set anew. */
const LOST_MS = 10_000;

interface Packet {
  readonly payload: Uint8Array;
  readonly timestampMs: number;
}

/**
 * The caller's audio as it was received, on the call's clock: by the carrier's timestamps, which know nothing of the
 * line's jitter, and by the packets that came fastest, which tell how the two clocks stand to each other. What doesn't come
 * leaves a gap.
 */
export class CallerTrack {
  readonly #put: Put;
  /** Not placed yet; `null`: the clocks are known. */
  #early: Packet[] | null = [];
  #firstMs: number | null = null;
  /** The call's clock minus the carrier's. */
  #offsetMs = Number.POSITIVE_INFINITY;
  #endMs: number | null = null;

  constructor(put: Put) {
    this.#put = put;
  }

  /** Where the last audio ends; `null`: there was none. */
  get endMs(): number | null {
    return this.#endMs;
  }

  add(payload: Uint8Array, timestampMs: number, nowMs: number): void {
    const offsetMs = Math.round(nowMs - payload.length / SAMPLES_A_MS - timestampMs);
    if (!this.#early) {
      if (Math.abs(offsetMs - this.#offsetMs) > LOST_MS) this.#offsetMs = offsetMs;
      return this.#place({ payload, timestampMs });
    }
    this.#early.push({ payload, timestampMs });
    this.#offsetMs = Math.min(this.#offsetMs, offsetMs);
    this.#firstMs ??= nowMs;
    if (nowMs - this.#firstMs >= ANCHOR_MS) this.settle();
  }

  /** Places what waits. */
  settle(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const packet of early) this.#place(packet);
  }

  #place({ payload, timestampMs }: Packet): void {
    const dueMs = timestampMs + this.#offsetMs;
    const joins = this.#endMs !== null && Math.abs(dueMs - this.#endMs) <= JOIN_MS;
    const startMs = joins ? (this.#endMs ?? dueMs) : dueMs;
    this.#put(startMs, payload);
    this.#endMs = startMs + payload.length / SAMPLES_A_MS;
  }
}

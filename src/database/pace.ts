import { setTimeout as sleep } from 'node:timers/promises';

export interface PaceOptions {
  /** One turn in so long, in ms. */
  readonly everyMs: number;
  /** So many may follow each other directly, after a quiet while. */
  readonly atOnce: number;
}

/** Spaces out what comes too often: the generic cell rate algorithm (ITU-T I.371). Nobody waits below the rate. */
export class Pace {
  readonly #options: PaceOptions;
  #paidUntilMs = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** Takes a turn at `nowMs`, on any clock that doesn't go back: how long to wait then before the next, in ms. */
  take(nowMs: number): number {
    const { everyMs, atOnce } = this.#options;
    this.#paidUntilMs = Math.max(this.#paidUntilMs, nowMs) + everyMs;
    return Math.max(0, this.#paidUntilMs - nowMs - atOnce * everyMs);
  }

  /** Takes a turn, and waits; not so long at the signal. Doesn't keep the process alive. */
  async next(signal?: AbortSignal): Promise<void> {
    const waitMs = this.take(performance.now());
    if (waitMs === 0) return;
    await sleep(waitMs, undefined, { ref: false, ...(signal && { signal }) }).catch(() => undefined);
  }
}

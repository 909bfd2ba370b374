import { FRAME_MS } from '../audio/mu-law.js';

/** Both on the clock of `performance.now`: when the beat should have been, and when it is. */
export type OnBeat = (dueMs: number, nowMs: number) => void;

interface Beat {
  dueMs: number;
  readonly onBeat: OnBeat;
}

/**
 * A beat every 20 ms for each call, from when it was added: computed from there, so that none drifts, and what comes late
 * is made up for. All share one timer, and a queue in the order of time.
 */
export class Metronome {
  readonly #queue: Beat[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** The first beat is 20 ms from now. Returns what ends it. `onBeat` must not throw. */
  add(onBeat: OnBeat): () => void {
    const beat = { dueMs: performance.now() + FRAME_MS, onBeat };
    this.#insert(beat);
    this.#schedule();
    return () => {
      const at = this.#queue.indexOf(beat);
      if (at >= 0) this.#queue.splice(at, 1);
    };
  }

  #schedule(): void {
    const [next] = this.#queue;
    if (!next || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#beat();
      this.#schedule();
    }, next.dueMs - performance.now());
  }

  #beat(): void {
    for (;;) {
      const [next] = this.#queue;
      const nowMs = performance.now();
      if (!next || next.dueMs > nowMs) return;
      this.#queue.shift();
      const { dueMs } = next;
      next.dueMs += FRAME_MS;
      this.#insert(next);
      next.onBeat(dueMs, nowMs);
    }
  }

  /** All have the same period, so its place is at the end, unless some are late. */
  #insert(beat: Beat): void {
    let at = this.#queue.length;
    while (at > 0 && (this.#queue[at - 1]?.dueMs ?? 0) > beat.dueMs) at--;
    this.#queue.splice(at, 0, beat);
  }
}

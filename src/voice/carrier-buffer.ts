/** When audio is played that was just sent, and for how long the buffer was empty before it. */
export interface Placed {
  readonly startMs: number;
  /** `null`: it was never filled, or was emptied by a `clear`. */
  readonly emptyMs: number | null;
}

/**
 * Our model of the carrier's playout buffer, by what was sent: it plays in real time and in order, from when the audio
 * is sent, and is empty at once when it's cleared. All times are on the call's clock, in ms.
 */
export class CarrierBuffer {
  #endsAtMs: number | null = null;
  /** By name: when the audio before each is played. */
  readonly #marks = new Map<string, number>();

  /** When all that was sent is played; `null`: there is nothing that was not cleared. */
  get endsAtMs(): number | null {
    return this.#endsAtMs;
  }

  send(ms: number, nowMs: number): Placed {
    const endsAtMs = this.#endsAtMs;
    const startMs = Math.max(endsAtMs ?? nowMs, nowMs);
    this.#endsAtMs = startMs + ms;
    return { startMs, emptyMs: endsAtMs === null ? null : Math.max(0, nowMs - endsAtMs) };
  }

  mark(name: string, nowMs: number): void {
    this.#marks.set(name, Math.max(this.#endsAtMs ?? nowMs, nowMs));
  }

  /** How much later than by the model; negative: sooner. `null`: nobody waits for that mark. */
  markReturned(name: string, nowMs: number): number | null {
    const dueMs = this.#marks.get(name);
    if (dueMs === undefined) return null;
    this.#marks.delete(name);
    return nowMs - dueMs;
  }

  /** How many marks are out that should have come back so long ago. */
  marksLateBy(ms: number, nowMs: number): number {
    return [...this.#marks.values()].filter((dueMs) => nowMs - dueMs > ms).length;
  }

  /** The carrier is later than thought: what it still has is played so much later. */
  delay(ms: number): void {
    if (this.#endsAtMs !== null) this.#endsAtMs += ms;
    for (const [name, dueMs] of this.#marks) this.#marks.set(name, dueMs + ms);
  }

  /** The carrier sends all marks back now, which says nothing about their audio. */
  clear(): void {
    this.#endsAtMs = null;
    this.#marks.clear();
  }
}

/** A clock that jumps from one thing to do to the next. */
export class VirtualClock {
  #nowMs = 0;
  #order = 0;
  readonly #queue: { atMs: number; order: number; run: () => void }[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Does it at a time; the past is now. Returns how to call it off. */
  at(atMs: number, run: () => void): () => void {
    const item = { atMs: Math.max(atMs, this.#nowMs), order: this.#order++, run };
    this.#queue.push(item);
    return () => {
      const index = this.#queue.indexOf(item);
      if (index >= 0) this.#queue.splice(index, 1);
    };
  }

  /** Does everything up to a time, in its order. */
  runUntil(untilMs: number): void {
    for (;;) {
      let next = this.#queue[0];
      for (const item of this.#queue) {
        if (!next || item.atMs < next.atMs || (item.atMs === next.atMs && item.order < next.order))
          next = item;
      }
      if (!next || next.atMs > untilMs) break;
      this.#queue.splice(this.#queue.indexOf(next), 1);
      this.#nowMs = next.atMs;
      next.run();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }
}

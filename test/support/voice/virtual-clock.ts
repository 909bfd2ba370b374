interface Task {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  isOff: boolean;
}

const isBefore = (a: Task, b: Task): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** A clock that jumps from one thing to do to the next. */
export class VirtualClock {
  #nowMs = 0;
  #order = 0;
  /** A binary heap: the children of n are 2n + 1 and 2n + 2, and none is before its parent. */
  readonly #heap: Task[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Does it at a time, to the millisecond; the past is now. Returns how to call it off. */
  at(atMs: number, run: () => void): () => void {
    const task = { atMs: Math.max(Math.round(atMs), this.#nowMs), order: this.#order++, run, isOff: false };
    this.#push(task);
    return () => {
      task.isOff = true;
    };
  }

  /** Does everything up to a time, in its order. */
  runUntil(untilMs: number): void {
    for (let next = this.#heap[0]; next && next.atMs <= untilMs; next = this.#heap[0]) {
      this.#pop();
      if (next.isOff) continue;
      this.#nowMs = next.atMs;
      next.run();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.push(task) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Task;
      if (!isBefore(task, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const task = heap.pop();
    if (!task || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (!left) break;
      if (right && isBefore(right, left)) child++;
      const least = heap[child] as Task;
      if (!isBefore(least, task)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = task;
  }
}

import { AppError, ErrorCode } from '../../domain/errors.js';

export interface InFlightLimits {
  readonly maxRunning: number;
  readonly maxWaiting: number;
}

/** Runs a bounded number of tasks at a time; others wait in their order, and they are bounded too. */
export class InFlight {
  readonly #maxRunning: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  readonly #tasks = new Set<Promise<unknown>>();
  #running = 0;

  constructor({ maxRunning, maxWaiting }: InFlightLimits) {
    this.#maxRunning = maxRunning;
    this.#maxWaiting = maxWaiting;
  }

  /** Throws `RETRY_LATER` when too many are waiting. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running === this.#maxRunning) await this.#turn();
    else this.#running++;
    const running = task();
    this.#tasks.add(running);
    try {
      return await running;
    } finally {
      this.#tasks.delete(running);
      const next = this.#waiting.shift();
      // Who has waited longest takes this one's place.
      if (next) next();
      else this.#running--;
    }
  }

  /** Waits for what was submitted. */
  async drained(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.allSettled(this.#tasks);
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new AppError(
        ErrorCode.RETRY_LATER,
        `${this.#maxWaiting} appends are waiting for the ledger already; try again in a moment.`,
      );
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}

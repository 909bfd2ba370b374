/** Runs that take real time and leave each other alone: they start together, and each test waits for its own. */
export class AtOnce {
  readonly #waiting: (() => Promise<unknown>)[] = [];
  readonly #lanes: Promise<void>[] = [];
  readonly #atMost: number;

  /** So many run at a time, in the order in which they were added. */
  constructor(atMost = Number.POSITIVE_INFINITY) {
    this.#atMost = atMost;
  }

  /** Gives what `run` gives, once `start` was called; its failure is thrown to the one who waits. */
  add<T>(run: () => Promise<T>): () => Promise<T> {
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const running = begun.then(run);
    // Its failure is told by the test that waits for it.
    running.catch(() => undefined);
    this.#waiting.push(() => {
      begin();
      return running;
    });
    return async () => {
      if (this.#lanes.length === 0) throw new Error('It was not started: call start() in beforeAll.');
      return running;
    };
  }

  start(): void {
    const lanes = Math.min(this.#atMost, this.#waiting.length);
    for (let lane = 0; lane < lanes; lane++) this.#lanes.push(this.#runNext());
  }

  /** Nothing runs any more. Never throws. */
  async settled(): Promise<void> {
    await Promise.all(this.#lanes);
  }

  async #runNext(): Promise<void> {
    for (let run = this.#waiting.shift(); run; run = this.#waiting.shift()) {
      await run().catch(() => undefined);
    }
  }
}

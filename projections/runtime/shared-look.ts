/**
 * One look at a thing for all who wait for one, so often at most. Nobody gets one that began before he asked, and where
 * nobody asks there is none.
 */
export class SharedLook<Seen> {
  readonly #look: () => Promise<Seen>;
  readonly #everyMs: number;
  #next: Promise<Seen> | null = null;
  /** The last look, and the pause behind its beginning. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(look: () => Promise<Seen>, everyMs: number) {
    this.#look = look;
    this.#everyMs = everyMs;
  }

  /** What the next look sees. Throws what it throws. */
  next(): Promise<Seen> {
    this.#next ??= this.#begin(this.#last);
    return this.#next;
  }

  async #begin(last: Promise<unknown>): Promise<Seen> {
    await last;
    this.#next = null;
    const seen = this.#look();
    this.#last = Promise.allSettled([seen, pause(this.#everyMs)]);
    return seen;
  }
}

/** Keeps no process alive. */
const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

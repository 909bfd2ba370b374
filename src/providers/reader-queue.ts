export interface QueueReading {
  /** Ends it at once, without an error. */
  readonly signal?: AbortSignal;
  /** How long the reader waits for the first part, and for each further one; then it throws what `late` makes. */
  readonly patience?: { readonly ms: number; readonly late: () => Error };
}

/** What a provider sends, in order, for one reader; without a limit: a reader that's slow has it all. */
export class ReaderQueue<Part> {
  #waiting: Part[] = [];
  #isEnded = false;
  #isLeft = false;
  #error: Error | null = null;
  #wake = (): void => undefined;

  /** Nobody will push any more; what is waiting may still be read. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Ignored once it has ended, or its reader has left. */
  push(part: Part): void {
    if (this.#isEnded || this.#isLeft) return;
    this.#waiting.push(part);
    this.#wake();
  }

  /** As `push`, in place of the newest part where `isOutdated` says so and nobody has read it. */
  replace(part: Part, isOutdated: (newest: Part) => boolean): void {
    const newest = this.#waiting.at(-1);
    if (newest !== undefined && isOutdated(newest)) this.#waiting.pop();
    this.push(part);
  }

  /** No more will come. The reader gets what is waiting, and then the error, once. */
  end(error: Error | null = null): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#error = error;
    this.#wake();
  }

  /** It has ended, and what is waiting is nobody's any more. */
  abandon(): void {
    this.end();
    this.#waiting = [];
    this.#error = null;
  }

  async *read({ signal, patience }: QueueReading = {}): AsyncGenerator<Part, void, undefined> {
    const stop = (): void => this.#wake();
    signal?.addEventListener('abort', stop);
    try {
      while (!signal?.aborted) {
        const part = this.#waiting.shift();
        if (part !== undefined) yield part;
        else if (this.#isEnded) return this.#throwError();
        else if (!(await this.#hasNews(patience?.ms))) throw patience?.late();
      }
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#isLeft = true;
      this.#waiting = [];
    }
  }

  #throwError(): void {
    const error = this.#error;
    this.#error = null;
    if (error) throw error;
  }

  /** Whether something happened within that time; without one: as soon as it does. */
  #hasNews(withinMs?: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = withinMs === undefined ? undefined : setTimeout(() => resolve(false), withinMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}

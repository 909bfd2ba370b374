import { AppError, ErrorCode } from '../../domain/errors.js';

/** A subscriber that is so far behind what happens can't be served: it comes back with its cursor. */
const MAX_WAITING = 1_000;

/**
 * What waits for one subscriber. A hand-written iterator, because a generator that waits ignores `return()`, and leaks
 * when its socket closes.
 */
export class SubscriberQueue<Item> implements AsyncIterableIterator<Item> {
  readonly #past: Item[] = [];
  readonly #items: Item[] = [];
  readonly #onEnd: () => void;
  #waiting: { resolve(result: IteratorResult<Item>): void; reject(error: unknown): void } | null = null;
  #end: { readonly error: unknown } | null = null;

  /** `onEnd` is called once, however it ends: stop feeding it then. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  get hasEnded(): boolean {
    return this.#end !== null;
  }

  /** What happened before comes first, however much it is. Call it before anybody waits. */
  startWith(past: readonly Item[]): void {
    for (const item of past) this.#past.push(item);
  }

  push(item: Item): void {
    if (this.#end) return;
    if (this.#waiting) {
      const { resolve } = this.#waiting;
      this.#waiting = null;
      resolve({ done: false, value: item });
    } else if (this.#items.length >= MAX_WAITING) {
      this.fail(
        new AppError(
          ErrorCode.SUBSCRIPTION_LAGGED,
          `${MAX_WAITING} items wait for this subscriber; subscribe again with the last cursor.`,
          { recoverable: true },
        ),
      );
    } else {
      this.#items.push(item);
    }
  }

  /** Ends it behind what waits. */
  end(): void {
    this.#finish(undefined);
  }

  fail(error: unknown): void {
    this.#finish(error);
  }

  next(): Promise<IteratorResult<Item>> {
    const item = this.#past.shift() ?? this.#items.shift();
    if (item !== undefined) return Promise.resolve({ done: false, value: item });
    if (this.#end?.error !== undefined) return Promise.reject(this.#end.error);
    if (this.#end) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** The subscriber went away. */
  return(): Promise<IteratorResult<Item>> {
    this.#past.length = 0;
    this.#items.length = 0;
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(error: unknown): void {
    if (this.#end) return;
    this.#end = { error };
    this.#onEnd();
    const waiting = this.#waiting;
    this.#waiting = null;
    if (error !== undefined) waiting?.reject(error);
    else waiting?.resolve({ done: true, value: undefined });
  }
}

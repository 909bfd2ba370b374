import { type Transferable, Worker } from 'node:worker_threads';
import { AppError, ErrorCode } from '../domain/errors.js';
import { compiled } from './compiled.js';
import type { ExactAnswer, ExactMessage, ExactSearch } from './exact-messages.js';
import type { VectorHit } from './vector-index.js';

interface Waiting {
  resolve(hits: readonly VectorHit[]): void;
  reject(error: Error): void;
}

/** The thread that compares vectors: what it keeps is gone with it. It keeps no process alive that waits for nothing of it. */
export class SearchThread {
  readonly #worker = new Worker(compiled('exact-thread.js'), { env: {}, execArgv: [] });
  readonly #waiting = new Map<number, Waiting>();
  #searches = 0;
  #ended: AppError | undefined;

  /** `onEnd` is told once, however it ended. */
  constructor(onEnd: () => void) {
    this.#worker.unref();
    this.#worker.on('message', ({ id, hits }: ExactAnswer) => this.#settle(id)?.resolve(hits));
    // What made it end is told with the exit that follows.
    let cause: Error | undefined;
    this.#worker.on('error', (error) => {
      cause = error;
    });
    this.#worker.on('exit', () => {
      onEnd();
      this.#ended = new AppError(
        ErrorCode.UNAVAILABLE,
        'The search in documents was ended: try again.',
        {},
        { cause },
      );
      for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(this.#ended);
    });
  }

  post(message: Exclude<ExactMessage, ExactSearch>, transferred: readonly Transferable[] = []): void {
    this.#worker.postMessage(message, transferred);
  }

  search(search: Omit<ExactSearch, 'do' | 'id'>): Promise<readonly VectorHit[]> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#searches++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage({ do: 'search', id, ...search } satisfies ExactSearch);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    return waiting;
  }
}

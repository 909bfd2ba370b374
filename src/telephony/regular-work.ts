import { setTimeout as sleep } from 'node:timers/promises';

export interface RegularWorkOptions {
  /** From the end of one time to the beginning of the next. */
  readonly pauseMs: number;
  readonly work: () => Promise<void>;
  /** Takes what a time of it failed with; the next one comes all the same. Must not throw. */
  readonly onFailure: (error: unknown) => void;
}

/** Does something again and again until it's stopped, a pause first. */
export class RegularWork {
  readonly #options: RegularWorkOptions;
  #isStopped = false;
  #pause = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: RegularWorkOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** There is something to do: the next time comes without a pause. */
  soon(): void {
    this.#pause.abort();
  }

  /** After the work in hand. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#pause.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { pauseMs, work, onFailure } = this.#options;
    while (!this.#isStopped) {
      await sleep(pauseMs, undefined, { signal: this.#pause.signal }).catch(() => undefined);
      if (this.#isStopped) return;
      this.#pause = new AbortController();
      await work().catch(onFailure);
    }
  }
}

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
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: RegularWorkOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** After the work in hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { pauseMs, work, onFailure } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await work().catch(onFailure);
    }
  }
}

import { reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import { UnreadableEvent } from './codec/codec.js';
import type { Ledger, LedgerRecord } from './ledger.js';

type Listener = (event: LedgerRecord) => void;

/**
 * What is appended from now on, by every process: one subscription for all who follow. A listener is called in the
 * ledger's order, must not throw, and must not wait.
 */
export class LedgerTail {
  readonly #ledger: Ledger;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  readonly #byStream = new Map<string, Set<Listener>>();
  readonly #all = new Set<Listener>();
  #position: string | undefined;
  #running: Promise<void> | undefined;

  constructor(ledger: Ledger, logger: Logger) {
    this.#ledger = ledger;
    this.#logger = logger;
  }

  /** When it resolves, nothing that is appended later is missed. */
  async start(): Promise<void> {
    this.#position = await this.#ledger.store.head();
    this.#running = this.#run(this.#position).catch((error: unknown) => {
      this.#logger.error({ error: reasonOf(error) }, "The ledger's tail ended: live views stand still.");
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Of the last event that went by, or `undefined` before the ledger's first: who follows now is told what comes after. */
  get position(): string | undefined {
    return this.#position;
  }

  /** Follows one stream. Returns how to stop. */
  follow(stream: string, listener: Listener): () => void {
    const listeners = this.#byStream.get(stream) ?? new Set();
    this.#byStream.set(stream, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#byStream.get(stream) === listeners) this.#byStream.delete(stream);
    };
  }

  /** Follows everything. Returns how to stop. */
  followAll(listener: Listener): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  async #run(after: string | undefined): Promise<void> {
    for await (const { events } of this.#ledger.subscribeAll({ after, signal: this.#stop.signal })) {
      for (const event of events) {
        if (event instanceof UnreadableEvent) {
          this.#logger.error({ error: event.error.message }, 'Skipped an event that cannot be read.');
        } else {
          this.#position = event.position;
          for (const listener of [...this.#all, ...(this.#byStream.get(event.stream) ?? [])]) listener(event);
        }
      }
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import { UnreadableEvent } from './codec/codec.js';
import type { Ledger, LedgerRecord } from './ledger.js';

const RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;

type Listener = (event: LedgerRecord) => void;
type UnreadableListener = (event: UnreadableEvent) => void;

interface Follower {
  readonly onEvent: Listener;
  readonly onUnreadable: UnreadableListener;
}

/**
 * What is appended from now on, by every process: one subscription for all who follow. A listener is called in the
 * ledger's order, must not throw, and must not wait.
 */
export class LedgerTail {
  readonly #ledger: Ledger;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  readonly #byStream = new Map<string, Set<Follower>>();
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
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Of the last event that went by, or `undefined` before the ledger's first: who follows now is told what comes after. */
  get position(): string | undefined {
    return this.#position;
  }

  /**
   * Follows one stream. Returns how to stop. `onUnreadable`: for who must not go on past an event that this process can't
   * read; who doesn't give it is told what comes after.
   */
  follow(stream: string, onEvent: Listener, onUnreadable: UnreadableListener = () => undefined): () => void {
    const follower: Follower = { onEvent, onUnreadable };
    const followers = this.#byStream.get(stream) ?? new Set();
    this.#byStream.set(stream, followers.add(follower));
    return () => {
      followers.delete(follower);
      if (followers.size === 0 && this.#byStream.get(stream) === followers) this.#byStream.delete(stream);
    };
  }

  /** Follows everything. Returns how to stop. */
  followAll(listener: Listener): () => void {
    this.#all.add(listener);
    return () => this.#all.delete(listener);
  }

  /** What ends it passes, or an operator mends it: it goes on from where it was, and says once that it stands still. */
  async #run(): Promise<void> {
    const { signal } = this.#stop;
    for (let tries = 1; !signal.aborted; tries++) {
      const before = this.#position;
      try {
        await this.#follow();
      } catch (error) {
        if (this.#position !== before) tries = 1;
        if (tries === 1)
          this.#logger.error({ error: reasonOf(error) }, 'Live views stand still: the tail begins again.');
      }
      await sleep(Math.min(tries * RETRY_MS, MAX_RETRY_MS), undefined, { signal }).catch(() => undefined);
    }
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    for await (const { events } of this.#ledger.subscribeAll({ after: this.#position, signal })) {
      for (const event of events) {
        if (event instanceof UnreadableEvent) this.#tellUnreadable(event);
        else this.#tell(event);
      }
    }
  }

  #tell(event: LedgerRecord): void {
    this.#position = event.position;
    for (const listener of [...this.#all]) listener(event);
    for (const { onEvent } of [...(this.#byStream.get(event.stream) ?? [])]) onEvent(event);
  }

  #tellUnreadable(event: UnreadableEvent): void {
    const { stream, position } = event.stored;
    this.#position = position;
    this.#logger.error({ error: event.error.message }, 'Skipped an event that cannot be read.');
    for (const { onUnreadable } of [...(this.#byStream.get(stream) ?? [])]) onUnreadable(event);
  }
}

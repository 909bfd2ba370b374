import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, ErrorCode, isAppError, reasonOf } from '../domain/errors.js';
import type { Logger } from '../domain/logger.js';
import { UnreadableEvent } from './codec/codec.js';
import type { Ledger, LedgerRecord } from './ledger.js';

const RETRY_MS = 250;
const MAX_RETRY_MS = 5_000;

/** Who follows. None of its functions may throw, or wait. */
interface Follower {
  readonly onEvent: (event: LedgerRecord) => void;
  /** For who must not go on past an event that this process can't read; else what comes after is told. */
  readonly onUnreadable?: (event: UnreadableEvent) => void;
  /**
   * The ledger has lost its newest events, and others may be in their places: what was told is to be read again, up to
   * `position`. What comes after is told. The error is for clients.
   */
  readonly onLost?: (error: AppError) => void;
}

/**
 * What is appended from now on, by every process: one subscription for all who follow, who are called in the ledger's
 * order.
 */
export class LedgerTail {
  readonly #ledger: Ledger;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  readonly #byStream = new Map<string, Set<Follower>>();
  readonly #all = new Set<Follower>();
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

  /** Follows one stream. Returns how to stop. */
  follow(stream: string, follower: Follower): () => void {
    const followers = this.#byStream.get(stream) ?? new Set();
    this.#byStream.set(stream, followers.add(follower));
    return () => {
      followers.delete(follower);
      if (followers.size === 0 && this.#byStream.get(stream) === followers) this.#byStream.delete(stream);
    };
  }

  /** Follows everything. Returns how to stop. */
  followAll(
    onEvent: Follower['onEvent'],
    onLost: NonNullable<Follower['onLost']> = () => undefined,
  ): () => void {
    const follower = { onEvent, onLost };
    this.#all.add(follower);
    return () => this.#all.delete(follower);
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
        // Where the head can't be read now, the ledger tells it of the loss again.
        if (isAppError(error, ErrorCode.EVENTS_LOST)) await this.#beginAtHead(error).catch(() => undefined);
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

  /** Who is told reads again after that: what is appended meanwhile is told too, and not missed. */
  async #beginAtHead(cause: AppError): Promise<void> {
    this.#position = await this.#ledger.store.head();
    const message = 'The ledger has lost its newest events: read again what is there, without a cursor.';
    const error = new AppError(ErrorCode.EVENTS_LOST, message, {}, { cause });
    const ofStreams = [...this.#byStream.values()].flatMap((followers) => [...followers]);
    for (const { onLost } of [...this.#all, ...ofStreams]) onLost?.(error);
  }

  #tell(event: LedgerRecord): void {
    this.#position = event.position;
    for (const { onEvent } of [...this.#all]) onEvent(event);
    for (const { onEvent } of [...(this.#byStream.get(event.stream) ?? [])]) onEvent(event);
  }

  #tellUnreadable(event: UnreadableEvent): void {
    const { stream, position } = event.stored;
    this.#position = position;
    this.#logger.error({ error: event.error.message }, 'Skipped an event that cannot be read.');
    for (const { onUnreadable } of [...(this.#byStream.get(stream) ?? [])]) onUnreadable?.(event);
  }
}

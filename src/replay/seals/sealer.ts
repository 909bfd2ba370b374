import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorCode, isAppError, reasonOf } from '../../domain/errors.js';
import type { Logger } from '../../domain/logger.js';
import { SEAL_STREAM, type Seal, type SealEvent } from '../../domain/seal/events.js';
import type { StoredEvent } from '../../ledger/event-store.js';
import type { Ledger } from '../../ledger/ledger.js';
import type { ObjectStore } from '../../objects/object-store.js';
import { chained, GENESIS, leafOf } from './leaf.js';
import { lastCopyNumber, type SealedEvent, writeCopy } from './seal-copy.js';
import type { Signer } from './signing.js';

const SEAL_EVENTS = 1_000;
const SEAL_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 2_000;

export interface SealerOptions {
  readonly ledger: Ledger;
  readonly objects: ObjectStore;
  readonly signer: Signer;
  readonly worker: string;
  readonly logger: Logger;
  /** The wall clock, in ms since the epoch. */
  readonly now: () => number;
}

interface Unsealed extends SealedEvent {
  readonly isSeal: boolean;
  readonly seenAtMs: number;
}

/** Where the next seal begins. */
interface Tip {
  readonly number: number;
  readonly previous: Buffer;
  /** Of the last event that is sealed; `undefined` before the first. */
  readonly to: string | undefined;
}

/**
 * Seals the ledger: every 1,000 events, and after a minute whatever is new, seals alone excepted. Several processes may do
 * so at once: who appends a seal first has made it, and the others go on after it.
 */
export class Sealer {
  readonly #options: SealerOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #tip: Tip | undefined;
  /** What was read after the tip. */
  #unsealed: Unsealed[] = [];
  #isFailing = false;

  constructor(options: SealerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      // Two processes in step would make every seal twice, and one of them in vain.
      const pauseMs = LOOK_EVERY_MS * (0.5 + Math.random());
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await this.look().then(
        () => this.#succeeded(),
        (error: unknown) => this.#failed(error),
      );
    }
  }

  #succeeded(): void {
    if (this.#isFailing) this.#options.logger.info({}, 'The ledger is sealed again.');
    this.#isFailing = false;
  }

  /** Said once an outage. */
  #failed(error: unknown): void {
    if (!this.#isFailing) {
      this.#options.logger.warn({ error: reasonOf(error) }, "The ledger can't be sealed now.");
    }
    this.#isFailing = true;
  }

  /** One look: reads what is new, and seals what is due. Throws what the stores throw; the next look goes on from there. */
  async look(): Promise<void> {
    const { store } = this.#options.ledger;
    const tip = await this.#loadTip();
    const last = this.#unsealed.at(-1)?.position ?? tip.to;
    const from = last === undefined ? {} : { from: last };
    for await (const { events } of store.readAll({ ...from, signal: this.#stop.signal })) {
      for (const event of events) {
        // Reads from a position include it.
        if (last === undefined || store.comparePositions(event.position, last) > 0) this.#remember(event);
      }
      while (this.#unsealed.length >= SEAL_EVENTS) if (!(await this.#seal())) return;
    }
    if (this.#isDue() && !this.#stop.signal.aborted) await this.#seal();
  }

  async #loadTip(): Promise<Tip> {
    if (this.#tip) return this.#tip;
    const { ledger, objects } = this.#options;
    // The stream may be long: the copies tell where its end is.
    const hint = (await lastCopyNumber(objects)) ?? 0;
    const near = await ledger.readStream(SEAL_STREAM, hint);
    const records = near.length > 0 || hint === 0 ? near : await ledger.readStream(SEAL_STREAM);
    const last = records.at(-1) as SealEvent | undefined;
    this.#tip = last ? after(last.data) : { number: 0, previous: GENESIS, to: undefined };
    return this.#tip;
  }

  #remember(event: StoredEvent): void {
    const { position, stream, revision } = event;
    this.#unsealed.push({
      position,
      stream,
      revision,
      leaf: leafOf(event),
      isSeal: stream === SEAL_STREAM,
      seenAtMs: this.#options.now(),
    });
  }

  #isDue(): boolean {
    const first = this.#unsealed.find(({ isSeal }) => !isSeal);
    // A clock that was set back doesn't tell how long it's been: then it's time, too.
    return first !== undefined && Math.abs(this.#options.now() - first.seenAtMs) >= SEAL_EVERY_MS;
  }

  /** Seals the first 1,000, or those there are. `false`: another process was first. */
  async #seal(): Promise<boolean> {
    const { ledger, objects, signer, worker, logger, now } = this.#options;
    const tip = await this.#loadTip();
    if (await this.#isOvertaken(tip)) return false;
    const events = this.#unsealed.slice(0, SEAL_EVENTS);
    const sealedAt = new Date(now()).toISOString();
    const seal = signer.signSeal({ ...rangeOf(tip, events), sealedAt });
    await writeCopy(objects, { seal, events });
    // A retry with other content is another command: it must not pass for a copy of the first.
    const commandId = `seal:${seal.signature}`;
    const actor = { type: 'platform', id: worker } as const;
    const context = { commandId, correlationId: SEAL_STREAM, actor, occurredAt: sealedAt };
    try {
      const expected = tip.number === 0 ? 'none' : tip.number - 1;
      await ledger.append(SEAL_STREAM, [{ type: 'LedgerSealed', data: seal }], expected, context);
    } catch (error) {
      if (!isAppError(error, ErrorCode.CONFLICT)) throw error;
      if (!(await this.#isOvertaken(tip))) this.#startOver();
      return false;
    }
    this.#moveTo(seal);
    logger.debug({ seal: seal.number, to: seal.to, events: seal.events }, 'Sealed the ledger.');
    return true;
  }

  /** Whether somebody sealed more since, this process before an answer was lost included. Then it goes on after that. */
  async #isOvertaken(tip: Tip): Promise<boolean> {
    const newer = await this.#options.ledger.readStream(SEAL_STREAM, tip.number);
    const last = newer.at(-1) as SealEvent | undefined;
    if (last) this.#moveTo(last.data);
    return last !== undefined;
  }

  /** The seal before isn't there: the ledger has lost its end, and the next seal follows the last one that it has. */
  #startOver(): void {
    this.#tip = undefined;
    this.#unsealed = [];
  }

  #moveTo(seal: Seal): void {
    const index = this.#unsealed.findIndex(({ position }) => position === seal.to);
    // Who sealed had read more: what follows is read after that.
    this.#unsealed = index === -1 ? [] : this.#unsealed.slice(index + 1);
    this.#tip = after(seal);
  }
}

const after = ({ number, hash, to }: Seal): Tip => ({
  number: number + 1,
  previous: Buffer.from(hash, 'hex'),
  to,
});

const rangeOf = ({ number, previous }: Tip, events: readonly SealedEvent[]) => ({
  number,
  from: events[0]?.position ?? '',
  to: events.at(-1)?.position ?? '',
  events: events.length,
  previous: previous.toString('hex'),
  hash: events.reduce((chain, { leaf }) => chained(chain, leaf), previous).toString('hex'),
});

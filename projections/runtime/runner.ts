import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isConnectionLost, isTransient } from '../../src/database/connection-lost.js';
import { newPool } from '../../src/database/connections.js';
import { Pace } from '../../src/database/pace.js';
import { TableRewrites } from '../../src/database/table-rewrites.js';
import { type AppError, ErrorCode, isAppError, messageOf, reasonOf } from '../../src/domain/errors.js';
import type { Logger } from '../../src/domain/logger.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { refuseLost } from '../../src/ledger/lost-events.js';
import { markWaiting } from './checkpoints.js';
import { applyTo, committed, type Events, Generation, untilNewer } from './generation.js';
import { dropLeftovers, ensureLive, inTransaction } from './generations.js';
import type { Projection } from './projection.js';
import { readAhead } from './read-ahead.js';
import { rebuild } from './rebuild.js';

/** Only one process feeds the projections; the others stand by and try so often. */
const STAND_BY_MS = 1_000;
const RETRY_MIN_MS = 100;
/** After a switch to another generation: all readers who wait for their own writes wait for this. */
const SWITCHED_MS = 10;
const RETRY_MAX_MS = 5_000;
/** Transactions. An event is applied at once; where hundreds of calls append, many at a time cost less than each by itself. */
const PACE = { everyMs: 40, atOnce: 5 } as const;
const LEADER_LOCK = 0x1ed6e13;
/** Connections, while there is much to catch up on. */
const MAX_LANES = 4;

interface Connections {
  /** Has the leadership. */
  readonly client: pg.Client;
  readonly lanes: pg.Pool;
}

export interface RunnerOptions {
  readonly ledger: Ledger;
  /** As login `projector`. */
  readonly connection: pg.ClientConfig;
  readonly projections: readonly Projection[];
  readonly logger: Logger;
}

/**
 * The tail reader: feeds every live generation from one subscription. A batch is one transaction for all of them,
 * checkpoints included; far from the head, one for each, at the same time. A lost connection or a moved checkpoint starts
 * it over from what is stored. Where the ledger lost events that the read models show, it rebuilds them all.
 *
 * Before an event of a newer version it stops, says so, and gives the leadership away: a process that knows the version
 * goes on from there. It tries again itself, too.
 */
export class ProjectionRunner {
  readonly #options: RunnerOptions;
  readonly #stop = new AbortController();
  /** After erasures. */
  readonly #rewrites: TableRewrites;
  #running: Promise<void> | undefined;
  /** Those that show what the ledger has lost. */
  readonly #stale = new Set<Projection>();
  /** What lasts is said once. */
  #said = '';

  constructor(options: RunnerOptions) {
    this.#options = options;
    const { connection, logger } = options;
    this.#rewrites = new TableRewrites({ connection, schema: 'read', logger });
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** After the batch in hand. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#rewrites.stop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let retryMs = RETRY_MIN_MS;
    while (!signal.aborted) {
      const startedAt = Date.now();
      await this.#lead().catch((error: unknown) => this.#report(error));
      // What held for a while was no repeated failure.
      retryMs = Date.now() - startedAt > RETRY_MAX_MS ? RETRY_MIN_MS : Math.min(retryMs * 2, RETRY_MAX_MS);
      await sleep(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #report(error: unknown): void {
    const { logger } = this.#options;
    const reason = reasonOf(error);
    if (isAppError(error, ErrorCode.CONFLICT)) return logger.info({}, messageOf(error));
    if (this.#said === reason) return;
    this.#said = reason;
    if (isAppError(error, ErrorCode.NEEDS_UPGRADE)) logger.error({}, `Projections wait: ${reason}`);
    else logger.warn({ error: reason }, 'Projections stopped, and start again.');
  }

  async #lead(): Promise<void> {
    const connection = { ...this.#options.connection, application_name: 'ledgerline-projector' };
    const client = new pg.Client(connection);
    const lanes = newPool({ ...connection, max: MAX_LANES });
    const lost = new AbortController();
    const stop = () => lost.abort();
    client.on('error', stop);
    client.on('end', stop);
    this.#stop.signal.addEventListener('abort', stop, { once: true });
    try {
      await client.connect();
      if (await this.#waitForLeadership(client, lost.signal))
        await this.#feedAll({ client, lanes }, lost.signal);
    } finally {
      this.#stop.signal.removeEventListener('abort', stop);
      await lanes.end();
      // A connection that is lost already has nothing to close.
      await client.end().catch(() => undefined);
    }
  }

  async #waitForLeadership(client: pg.Client, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
        LEADER_LOCK,
      ]);
      if (rows[0]?.mine) return true;
      await sleep(STAND_BY_MS, undefined, { signal }).catch(() => undefined);
    }
    return false;
  }

  /** A generation that took another's place is no failure: goes on with it at once, and keeps the leadership. */
  async #feedAll(connections: Connections, signal: AbortSignal): Promise<void> {
    for (const projection of this.#options.projections) await dropLeftovers(connections.client, projection);
    while (!signal.aborted) {
      await this.#rebuildStale(signal);
      await this.#feed(connections, signal).catch((error: unknown) => {
        const isLost = isAppError(error, ErrorCode.EVENTS_LOST);
        if (!isLost && !isAppError(error, ErrorCode.CONFLICT)) throw error;
        this.#report(error);
        if (isLost) for (const projection of this.#options.projections) this.#stale.add(projection);
      });
      await sleep(SWITCHED_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Nobody knows since which event: from the first one on. The old tables are read meanwhile, and stand still. */
  async #rebuildStale(signal: AbortSignal): Promise<void> {
    const { ledger, connection, logger } = this.#options;
    for (const projection of this.#stale) {
      const { generation } = await rebuild(projection, { ledger, connection, signal });
      this.#stale.delete(projection);
      logger.info(
        { projection: projection.name, generation },
        'Rebuilt a projection on what the ledger has.',
      );
    }
  }

  async #feed({ client, lanes }: Connections, signal: AbortSignal): Promise<void> {
    const { ledger, projections } = this.#options;
    const compare = (a: string, b: string) => ledger.store.comparePositions(a, b);
    const generations: Generation[] = [];
    for (const projection of projections) {
      generations.push(
        await Generation.open(client, projection, await ensureLive(client, projection), compare),
      );
    }
    // A subscription looks for the earliest only.
    const points = new Map(generations.map((one) => [`${one.position} ${one.eventId}`, one]));
    for (const { position, eventId } of points.values()) {
      if (position !== undefined) await refuseLost(ledger.store, { position, eventId });
    }
    const after = generations
      .map(({ position }) => position)
      .reduce(earlier(compare), generations[0]?.position);
    // What a process that died, or a rebuild, has left.
    this.#rewrites.request();
    const pace = new Pace(PACE);
    // Erasures before that were another process's to read: what follows may be encrypted with keys that they destroyed.
    ledger.keys.forget();
    const batches = ledger.subscribeAll({ after, signal });
    // At the head, what comes while a batch is written, and in the pause after it, makes the next one.
    for await (const { events, atHead } of readAhead(batches, (batch) => !batch.atHead)) {
      const { readable, newer } = untilNewer(events);
      if (readable.length > 0) {
        this.#said = '';
        if (atHead) await this.#apply(client, generations, readable);
        else await this.#applyEach(lanes, generations, readable);
      }
      if (newer) await this.#waitFor(newer, client, generations);
      if (atHead) await pace.next(signal);
    }
  }

  /** Throws `newer`, of an event of a newer version: what stands before it is applied. */
  async #waitFor(newer: AppError, client: pg.Client, generations: readonly Generation[]): Promise<never> {
    for (const { projection } of generations) await markWaiting(client, projection, newer.message);
    throw newer;
  }

  /**
   * Those whose rows don't change move on together. One that fails doesn't hold up the others; when all are done, the
   * first failure is thrown.
   */
  async #applyEach(lanes: pg.Pool, generations: readonly Generation[], events: Events): Promise<void> {
    const changed = generations.filter((generation) => generation.isConcernedBy(events));
    const unchanged = generations.filter((generation) => !changed.includes(generation));
    const groups = [
      ...changed.map((generation) => [generation]),
      ...(unchanged.length > 0 ? [unchanged] : []),
    ];
    const results = await Promise.allSettled(
      groups.map(async (group) => {
        const client = await lanes.connect();
        let isDone = false;
        try {
          await this.#apply(client, group, events);
          isDone = true;
        } finally {
          client.release(!isDone);
        }
      }),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async #apply(client: pg.ClientBase, generations: readonly Generation[], events: Events): Promise<void> {
    const apply = (isolate: boolean) =>
      inTransaction(client, () => applyTo(client, generations, events, { isolate }));
    const results = await apply(false).catch((error: unknown) => {
      if (isAppError(error) || isConnectionLost(error) || isTransient(error)) throw error;
      return apply(true);
    });
    committed(results);
    for (const { generation, erased, parked } of results) {
      if (erased) this.#rewrites.request();
      for (const { stream, error } of parked) {
        this.#options.logger.error(
          { projection: generation.projection.name, stream, error },
          'Parked a stream.',
        );
      }
    }
  }
}

/** `undefined` is the start: before every position. */
const earlier =
  (compare: (a: string, b: string) => number) =>
  (a: string | undefined, b: string | undefined): string | undefined =>
    a === undefined || b === undefined ? undefined : compare(a, b) <= 0 ? a : b;

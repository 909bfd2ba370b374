import type pg from 'pg';
import { isConnectionLost, isTransient } from '../../src/database/connection-lost.js';
import { ErrorCode, messageOf } from '../../src/domain/errors.js';
import type { LedgerEvent } from '../../src/domain/events.js';
import { type Decoded, UnreadableEvent } from '../../src/ledger/codec/codec.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import { BatchFold, type Poison } from './batch-fold.js';
import { type Checkpoint, moveCheckpoint, park, readParked } from './checkpoints.js';
import { stretchesOf } from './erase-rows.js';
import { GenerationTables } from './generation-tables.js';
import type { Projection } from './projection.js';

/** What a transaction applied; told to `committed` once it is. */
export interface Applied {
  readonly checkpoint: Checkpoint;
  readonly parked: readonly Poison[];
  /** Rows of somebody who was erased: their tables are marked to be rewritten. */
  readonly erased: boolean;
}

export type ComparePositions = (a: string, b: string) => number;

/** A stream's rows are written so often before it's parked. */
const TRIES = 3;

/** One generation of a projection's tables on its way along the ledger. */
export class Generation {
  readonly tables: GenerationTables;
  #checkpoint: Checkpoint;
  readonly #parked: Set<string>;

  private constructor(
    readonly projection: Projection,
    checkpoint: Checkpoint,
    parked: ReadonlySet<string>,
    readonly compare: ComparePositions,
  ) {
    this.tables = new GenerationTables(projection, checkpoint.generation);
    this.#checkpoint = checkpoint;
    this.#parked = new Set(parked);
  }

  static async open(
    client: pg.ClientBase,
    projection: Projection,
    checkpoint: Checkpoint,
    compare: ComparePositions,
  ): Promise<Generation> {
    const parked = await readParked(client, projection, checkpoint.generation);
    return new Generation(projection, checkpoint, parked, compare);
  }

  get position(): string | undefined {
    return this.#checkpoint.position;
  }

  /**
   * Applies what is newer than the checkpoint and moves it, within the caller's transaction. A stream whose event can't
   * be folded is parked. `isolate`: each stream is written by itself, so that one that the database refuses is parked
   * and the others go on; without it, the refusal is thrown. An erasure takes what stands before it, and leaves alone what
   * comes after.
   *
   * Throws `NEEDS_UPGRADE` for an event of a newer version, and `CONFLICT` when another process has the checkpoint.
   */
  async apply(
    client: pg.ClientBase,
    events: readonly Decoded<LedgerEvent>[],
    { isolate = false } = {},
  ): Promise<Applied | undefined> {
    const newer = events.filter((event) => this.#isNewer(positionOf(event)));
    const last = newer.at(-1);
    if (!last) return undefined;
    const unreadable = newer.filter((event) => event instanceof UnreadableEvent).map(poisonOfUnreadable);
    const readable = newer.filter(
      (event) => !(event instanceof UnreadableEvent) && !this.#parked.has(event.stream),
    );
    const parked = [...unreadable];
    let erased = false;
    for (const { events: stretch, erasures } of stretchesOf(readable as LedgerRecord[])) {
      const left = this.#before(parked, stretch);
      for (const group of isolate ? byStream(left) : [left]) {
        parked.push(
          ...(isolate ? await this.#writeOrPark(client, group) : await this.#foldAndWrite(client, group)),
        );
      }
      erased = (await this.tables.erase(client, erasures)) || erased;
    }
    const checkpoint = { ...this.#checkpoint, position: positionOf(last) };
    for (const poison of parked) await park(client, this.projection, checkpoint.generation, poison);
    await moveCheckpoint(client, this.projection, this.#checkpoint, checkpoint.position);
    return { checkpoint, parked, erased };
  }

  committed({ checkpoint, parked }: Applied): void {
    this.#checkpoint = checkpoint;
    for (const { stream } of parked) this.#parked.add(stream);
  }

  /** Returns the streams that a handler refused; what stands before their bad event is written. */
  async #foldAndWrite(client: pg.ClientBase, events: readonly LedgerRecord[]): Promise<readonly Poison[]> {
    const poison: Poison[] = [];
    const results = [];
    for (const fold of this.projection.folds) {
      const batch = new BatchFold(fold, events);
      const { rows, poison: refused } = batch.run(
        await this.tables.load(client, fold.table, batch.keysToLoad),
      );
      poison.push(...refused);
      results.push({ table: fold.table, rows });
    }
    if (poison.length > 0)
      return [...poison, ...(await this.#foldAndWrite(client, this.#before(poison, events)))];
    for (const { table, rows } of results) await this.tables.write(client, table, rows);
    return [];
  }

  async #writeOrPark(client: pg.ClientBase, events: readonly LedgerRecord[]): Promise<readonly Poison[]> {
    for (let tries = 1; ; tries++) {
      await client.query('savepoint stream');
      try {
        return await this.#foldAndWrite(client, events);
      } catch (error) {
        if (isConnectionLost(error) || isTransient(error)) throw error;
        await client.query('rollback to savepoint stream');
        if (tries >= TRIES) return events.slice(0, 1).map((event) => poisonOf(event, error));
      }
    }
  }

  #isNewer(position: string): boolean {
    const reached = this.#checkpoint.position;
    return reached === undefined || this.compare(position, reached) > 0;
  }

  /** The events without those of a poisoned stream from its bad one on. */
  #before(poison: readonly Poison[], events: readonly LedgerRecord[]): readonly LedgerRecord[] {
    if (poison.length === 0) return events;
    const from = new Map<string, string>();
    for (const { stream, position } of poison) {
      const known = from.get(stream);
      if (known === undefined || this.compare(position, known) < 0) from.set(stream, position);
    }
    return events.filter(({ stream, position }) => {
      const parkedFrom = from.get(stream);
      return parkedFrom === undefined || this.compare(position, parkedFrom) < 0;
    });
  }
}

export const positionOf = (event: Decoded<LedgerEvent>): string =>
  event instanceof UnreadableEvent ? event.stored.position : event.position;

const poisonOf = ({ stream, position, type }: LedgerRecord, error: unknown): Poison => ({
  stream,
  position,
  error: `${type}: ${messageOf(error)}`,
});

/** An event of a newer version parks nothing: the whole projection waits for the new program. */
const poisonOfUnreadable = ({ stored, error }: UnreadableEvent): Poison => {
  if (error.code === ErrorCode.NEEDS_UPGRADE) throw error;
  return { stream: stored.stream, position: stored.position, error: error.message };
};

const byStream = (events: readonly LedgerRecord[]): Iterable<readonly LedgerRecord[]> => {
  const groups = new Map<string, LedgerRecord[]>();
  for (const event of events) {
    const group = groups.get(event.stream);
    if (group) group.push(event);
    else groups.set(event.stream, [event]);
  }
  return groups.values();
};

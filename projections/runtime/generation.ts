import type pg from 'pg';
import { isConnectionLost, isTransient } from '../../src/database/connection-lost.js';
import { type AppError, ErrorCode, messageOf } from '../../src/domain/errors.js';
import { eventDefinitions, type LedgerEvent } from '../../src/domain/events.js';
import { type Decoded, UnreadableEvent } from '../../src/ledger/codec/codec.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import { BatchFold, type Poison } from './batch-fold.js';
import {
  type BatchMeasure,
  type Checkpoint,
  moveCheckpoints,
  park,
  readCheckpoints,
  readParked,
} from './checkpoints.js';
import { eraseEarlier } from './earlier-versions.js';
import { stretchesOf } from './erase-rows.js';
import { GenerationTables } from './generation-tables.js';
import type { Projection, RecordOf } from './projection.js';

/** What a transaction applied; told to `committed` once it is. */
export interface Applied {
  readonly generation: Generation;
  readonly checkpoint: Checkpoint;
  readonly parked: readonly Poison[];
  /** Rows of somebody who was erased: their tables are marked to be rewritten. */
  readonly erased: boolean;
  /** How many events it moved on by. */
  readonly events: number;
  /** When its transaction was begun, by `performance.now()`. */
  readonly begunAtMs: number;
}

/** The events that move a generation on. */
export interface Step {
  readonly generation: Generation;
  readonly from: Checkpoint;
  readonly to: { readonly position: string; readonly eventId: string };
  readonly events: Events;
  readonly skipped: number;
  readonly before: BatchMeasure | null;
}

export type ComparePositions = (a: string, b: string) => number;

export type Events = readonly Decoded<LedgerEvent>[];

/** A stream's rows are written so often before it's parked. */
const TRIES = 3;

/** One generation of a projection's tables on its way along the ledger. */
export class Generation {
  readonly tables: GenerationTables;
  #checkpoint: Checkpoint;
  readonly #parked: Set<string>;
  /** The last batch that was committed. */
  #measured: BatchMeasure | null = null;

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

  get number(): number {
    return this.#checkpoint.generation;
  }

  get position(): string | undefined {
    return this.#checkpoint.position;
  }

  /** Of the event at its position, where it's known. */
  get eventId(): string | undefined {
    return this.#checkpoint.eventId;
  }

  /** Whether one of these events can change its rows. */
  isConcernedBy(events: Events): boolean {
    const { folds } = this.projection;
    return events.some(
      (event) =>
        event instanceof UnreadableEvent ||
        event.type === 'SubjectErased' ||
        folds.some(({ handles }) => Object.hasOwn(handles, event.type)),
    );
  }

  /** What of these events is newer than the checkpoint; `undefined`: nothing. */
  next(events: Events): Step | undefined {
    const newer = events.filter((event) => this.#isNewer(positionOf(event)));
    const last = newer.at(-1);
    return (
      last && {
        generation: this,
        from: this.#checkpoint,
        to: { position: positionOf(last), eventId: idOf(last) },
        events: newer,
        skipped: newer.filter(isUnknown).length,
        before: this.#measured,
      }
    );
  }

  /** `applyTo`'s part of one generation, whose checkpoint is moved already. */
  async apply(
    client: pg.ClientBase,
    { from, to, events }: Step,
    { isolate, begunAtMs }: { readonly isolate: boolean; readonly begunAtMs: number },
  ): Promise<Applied> {
    const unreadable = events.filter((event) => event instanceof UnreadableEvent).map(poisonOfUnreadable);
    const checkpoint = { ...from, ...to };
    const readable = events.filter(
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
      erased = (await this.#eraseBeside(client, erasures)) || erased;
    }
    for (const poison of parked) await park(client, this.projection, checkpoint.generation, poison);
    return { generation: this, checkpoint, parked, erased, events: events.length, begunAtMs };
  }

  committed({ checkpoint, parked, events, begunAtMs }: Applied): void {
    this.#checkpoint = checkpoint;
    this.#measured = { events, ms: performance.now() - begunAtMs };
    for (const { stream } of parked) this.#parked.add(stream);
  }

  /** What a rebuild left beside this one isn't fed before it's promoted, an earlier version perhaps never: they must forget now. */
  async #eraseBeside(
    client: pg.ClientBase,
    erasures: readonly RecordOf<'SubjectErased'>[],
  ): Promise<boolean> {
    if (erasures.length === 0 || this.#checkpoint.state !== 'live') return false;
    let erased = false;
    for (const { generation, state } of await readCheckpoints(client, this.projection)) {
      if (state !== 'building') continue;
      const tables = new GenerationTables(this.projection, generation);
      erased = (await tables.erase(client, erasures)) || erased;
    }
    return (await eraseEarlier(client, this.projection, erasures)) || erased;
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

/**
 * Applies to each generation what is newer than its checkpoint and moves that, within the caller's transaction. A stream
 * whose event can't be folded is parked. `isolate`: each stream is written by itself, so that one that the database
 * refuses is parked and the others go on; without it, the refusal is thrown. An erasure takes what stands before it, and
 * leaves alone what comes after.
 *
 * Returns what is to be told to `Generation.committed`. Throws `NEEDS_UPGRADE` for an event of a newer version, and
 * `CONFLICT` when another process has a checkpoint.
 */
export const applyTo = async (
  client: pg.ClientBase,
  generations: readonly Generation[],
  events: Events,
  { isolate = false } = {},
): Promise<readonly Applied[]> => {
  const begunAtMs = performance.now();
  const steps = generations.flatMap((generation) => generation.next(events) ?? []);
  // First of all: the tables of a generation that was replaced are gone, and that's no fault of the events.
  await moveCheckpoints(client, steps);
  const applied: Applied[] = [];
  for (const step of steps) {
    applied.push(await step.generation.apply(client, step, { isolate, begunAtMs }));
  }
  return applied;
};

export const committed = (applied: readonly Applied[]): void => {
  for (const part of applied) part.generation.committed(part);
};

export const positionOf = (event: Decoded<LedgerEvent>): string =>
  event instanceof UnreadableEvent ? event.stored.position : event.position;

const idOf = (event: Decoded<LedgerEvent>): string =>
  event instanceof UnreadableEvent ? event.stored.id : event.id;

const poisonOf = ({ stream, position, type }: LedgerRecord, error: unknown): Poison => ({
  stream,
  position,
  error: `${type}: ${messageOf(error)}`,
});

/** No fold has it: its rows come with a rebuild by the program that knows it. */
const isUnknown = (event: Decoded<LedgerEvent>): boolean =>
  !(event instanceof UnreadableEvent) && !Object.hasOwn(eventDefinitions, event.type);

const needsUpgrade = (event: Decoded<LedgerEvent>): event is UnreadableEvent =>
  event instanceof UnreadableEvent && event.error.code === ErrorCode.NEEDS_UPGRADE;

/** What stands before the first event of a newer version, and the error that names that event. */
export const untilNewer = (
  events: Events,
): { readonly readable: Events; readonly newer: AppError | null } => {
  const newer = events.find(needsUpgrade);
  return newer
    ? { readable: events.slice(0, events.indexOf(newer)), newer: newer.error }
    : { readable: events, newer: null };
};

/** An event of a newer version parks nothing: the whole projection waits for the new program. */
const poisonOfUnreadable = (event: UnreadableEvent): Poison => {
  const { stored, error } = event;
  if (needsUpgrade(event)) throw error;
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

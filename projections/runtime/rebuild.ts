import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { isTransient } from '../../src/database/connection-lost.js';
import { newClient } from '../../src/database/connections.js';
import { rewriteMarked } from '../../src/database/table-rewrites.js';
import { AppError, ErrorCode, isAppError } from '../../src/domain/errors.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { type Checkpoint, markHeld, readCheckpoints, readInterrupted } from './checkpoints.js';
import { dropEarlier } from './earlier-versions.js';
import { applyTo, committed, type Events, Generation, positionOf } from './generation.js';
import {
  dropGeneration,
  ensureLive,
  inTransaction,
  promote,
  rebuildLock,
  startBuilding,
} from './generations.js';
import type { Projection } from './projection.js';
import { readAhead } from './read-ahead.js';

export interface RebuildOptions {
  readonly ledger: Ledger;
  /** As login `projector`. */
  readonly connection: pg.ClientConfig;
  readonly signal: AbortSignal;
  /** Once the new generation is there, and nobody else rebuilds: what refuses a rebuild is thrown before. */
  readonly onBegun?: () => void;
  /** After each batch: how many events are read, and the last one's position. */
  readonly onProgress?: (events: number, position: string) => void;
  /** Leaves the new generation beside the live one: `promoteBuilt` switches to it, `dropBuilt` drops it. */
  readonly hold?: boolean;
}

export interface Rebuilt {
  readonly generation: number;
  readonly events: number;
}

/** The switch waits so long for the queries under way, and tries again: nobody may queue behind it for longer. */
const SWITCH_LOCK_TIMEOUT_MS = 1_000;
const SWITCH_TRIES = 30;

/**
 * Fills a new generation beside the live one from the whole ledger, makes it live in one transaction, and drops the old
 * one. Reads and writes go on meanwhile. One that fails leaves nothing beside the live one. Throws `CONFLICT` when the
 * projection is being rebuilt already, or what was built before is held.
 */
export const rebuild = (projection: Projection, options: RebuildOptions): Promise<Rebuilt> =>
  withRebuildLock(projection, options, async (client) => {
    await ensureLive(client, projection);
    const checkpoint = await startBuilding(client, projection);
    const { generation } = checkpoint;
    options.onBegun?.();
    try {
      const building = await Generation.open(client, projection, checkpoint, comparison(options.ledger));
      const events = await fill(client, building, options);
      await building.tables.createIndexes(client);
      if (options.hold) await hold(client, projection, building, options);
      else await switchAndDrop(client, projection, building, options);
      return { generation, events };
    } catch (error) {
      // Where the database is away too, who feeds the read models next drops it.
      await dropUnfinished(client, projection, generation).catch(() => undefined);
      throw error;
    }
  });

/** One that is live by now, or held, stays. */
const dropUnfinished = (client: pg.Client, projection: Projection, generation: number): Promise<void> =>
  inTransaction(client, async () => {
    const interrupted = await readInterrupted(client, projection);
    if (interrupted.includes(generation)) await dropGeneration(client, projection, generation);
  });

/**
 * Builds the first generation, and makes it live when it has everything. Where another process builds it, waits until that
 * one has. Returns `null` where there is one.
 */
export const buildFirst = (projection: Projection, options: RebuildOptions): Promise<Rebuilt | null> =>
  withRebuildLock(
    projection,
    options,
    async (client) => {
      if ((await readCheckpoints(client, projection)).some(({ state }) => state === 'live')) return null;
      const checkpoint = await startBuilding(client, projection);
      const building = await Generation.open(client, projection, checkpoint, comparison(options.ledger));
      const events = await fill(client, building, options);
      await building.tables.createIndexes(client);
      await inTransaction(client, () => promote(client, projection, building.number));
      return { generation: building.number, events };
    },
    { wait: true },
  );

/**
 * Leaves it as it is. Before, it reads until there's nothing more: an erasure among that is applied here, and a later one
 * by who feeds the live generation, since every row is committed by then.
 */
const hold = async (
  client: pg.Client,
  projection: Projection,
  building: Generation,
  { ledger, connection, signal }: RebuildOptions,
): Promise<void> => {
  // Reads from a position include it.
  while ((await fill(client, building, { ledger, connection, signal })) > 1);
  await markHeld(client, projection, building.number);
};

/**
 * Switches to the generation that a rebuild left beside the live one, with what came since. Returns its number. Throws
 * `NOT_FOUND` where there is none, and `CONFLICT` while it's being built.
 */
export const promoteBuilt = (projection: Projection, options: RebuildOptions): Promise<number> =>
  withRebuildLock(projection, options, async (client) => {
    const checkpoint = await builtOf(client, projection);
    const { generation } = checkpoint;
    const building = await Generation.open(client, projection, checkpoint, comparison(options.ledger));
    await building.tables.createIndexes(client);
    await switchAndDrop(client, projection, building, options);
    return generation;
  });

/** Drops what a rebuild left beside the live generation. Returns its number. Throws as `promoteBuilt`. */
export const dropBuilt = (projection: Projection, options: RebuildOptions): Promise<number> =>
  withRebuildLock(projection, options, async (client) => {
    const { generation } = await builtOf(client, projection);
    await inTransaction(client, () => dropGeneration(client, projection, generation));
    return generation;
  });

/** Drops what is left of an earlier version. Throws `NOT_FOUND` for what isn't one, and where nothing is left. */
export const dropVersion = (
  projection: Projection,
  version: number,
  options: RebuildOptions,
): Promise<void> =>
  withRebuildLock(projection, options, (client) =>
    inTransaction(client, () => dropEarlier(client, projection, version)),
  );

const builtOf = async (client: pg.Client, projection: Projection): Promise<Checkpoint> => {
  const built = (await readCheckpoints(client, projection)).find(({ state }) => state === 'building');
  if (built) return built;
  throw new AppError(
    ErrorCode.NOT_FOUND,
    `Projection ${projection.name} has no generation beside the live one; "rebuild --hold" makes one.`,
    { name: projection.name },
  );
};

const switchAndDrop = async (
  client: pg.Client,
  projection: Projection,
  building: Generation,
  { ledger, connection, signal }: RebuildOptions,
): Promise<void> => {
  const options = { ledger, connection, signal };
  // What came while the indexes were made, or since a rebuild that was held: the live one stands still for the rest only.
  await fill(client, building, options);
  const replaced = await switchTo(client, projection, building.number, options);
  await dropGeneration(client, projection, replaced);
  // What was erased meanwhile. Where it can't be done now, the mark stays, and who feeds the tables does it.
  await rewriteMarked(client, 'read', signal).catch(() => false);
};

/** One rebuild of a projection at a time, in all processes. */
const withRebuildLock = async <T>(
  projection: Projection,
  { connection }: RebuildOptions,
  work: (client: pg.Client) => Promise<T>,
  { wait = false } = {},
): Promise<T> => {
  const client = newClient({ ...connection, application_name: 'ledgerline-rebuild' });
  await client.connect();
  try {
    if (wait) await client.query('select pg_advisory_lock(hashtext($1))', [rebuildLock(projection)]);
    else await lockRebuild(client, projection);
    return await work(client);
  } finally {
    await client.end();
  }
};

const lockRebuild = async (client: pg.Client, projection: Projection): Promise<void> => {
  const { rows } = await client.query<{ mine: boolean }>(
    'select pg_try_advisory_lock(hashtext($1)) as mine',
    [rebuildLock(projection)],
  );
  if (rows[0]?.mine) return;
  const { name } = projection;
  throw new AppError(ErrorCode.CONFLICT, `Projection ${name} is being rebuilt already; wait for it to end.`, {
    name,
  });
};

/** From where it is to the ledger's end. Returns how many events were read. */
const fill = async (client: pg.Client, building: Generation, options: RebuildOptions): Promise<number> => {
  const { signal } = options;
  const from = building.position === undefined ? {} : { from: building.position };
  let count = 0;
  for await (const { events } of readAhead(options.ledger.readAll({ ...from, signal }))) {
    await applyBatch(client, building, events);
    count += events.length;
    const last = events.at(-1);
    if (last) options.onProgress?.(count, positionOf(last));
  }
  signal.throwIfAborted();
  return count;
};

const applyBatch = async (client: pg.Client, building: Generation, events: Events): Promise<void> => {
  const apply = (isolate: boolean) =>
    inTransaction(client, () => applyTo(client, [building], events, { isolate }));
  const applied = await apply(false).catch((error: unknown) => {
    if (isAppError(error)) throw error;
    return apply(true);
  });
  committed(applied);
};

/** Returns the generation that was live. */
const switchTo = async (
  client: pg.Client,
  projection: Projection,
  generation: number,
  options: RebuildOptions,
): Promise<number> => {
  for (let tries = 1; ; tries++) {
    try {
      return await inTransaction(client, async () => {
        await client.query(`set local lock_timeout = ${SWITCH_LOCK_TIMEOUT_MS}`);
        // The live generation stands still from here on: what it has, the new one gets too.
        const checkpoints = await readCheckpoints(client, projection, { lock: true });
        const live = checkpoints.find(({ state }) => state === 'live');
        const building = checkpoints.find((checkpoint) => checkpoint.generation === generation);
        if (!live || !building) {
          throw new AppError(
            ErrorCode.CONFLICT,
            `Projection ${projection.name} was rebuilt by somebody else.`,
          );
        }
        await catchUp(client, projection, building, options);
        await promote(client, projection, generation, live.generation);
        return live.generation;
      });
    } catch (error) {
      if (!isTransient(error) || tries >= SWITCH_TRIES) throw error;
      await sleep(tries * 50, undefined, { signal: options.signal });
    }
  }
};

const catchUp = async (
  client: pg.Client,
  projection: Projection,
  checkpoint: Checkpoint,
  { ledger, signal }: RebuildOptions,
): Promise<void> => {
  const building = await Generation.open(client, projection, checkpoint, comparison(ledger));
  const from = checkpoint.position === undefined ? {} : { from: checkpoint.position };
  for await (const { events } of ledger.readAll({ ...from, signal })) {
    committed(await applyTo(client, [building], events, { isolate: true }));
  }
};

const comparison =
  ({ store }: Ledger) =>
  (a: string, b: string): number =>
    store.comparePositions(a, b);

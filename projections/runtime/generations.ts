import type pg from 'pg';
import { AppError, ErrorCode } from '../../src/domain/errors.js';
import {
  type Checkpoint,
  deleteCheckpoint,
  insertCheckpoint,
  makeLive,
  readCheckpoints,
  readInterrupted,
} from './checkpoints.js';
import { forgottenTables, GenerationTables } from './generation-tables.js';
import type { Projection } from './projection.js';
import type { NamedTable } from './table.js';

/** Runs in a transaction: committed when `work` resolves, rolled back when it throws. */
export const inTransaction = async <T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> => {
  await client.query('begin');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    // Where the connection is lost there is nothing to roll back.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
};

/** The generation that the views show; the first one is made where there is none. */
export const ensureLive = (client: pg.ClientBase, projection: Projection): Promise<Checkpoint> =>
  inTransaction(client, async () => {
    // Two processes that start at once make it once.
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`ledgerline ${projection.name}`]);
    const checkpoints = await readCheckpoints(client, projection);
    const live = checkpoints.find(({ state }) => state === 'live');
    if (live) return live;
    const first: Checkpoint = {
      generation: (checkpoints.at(-1)?.generation ?? 0) + 1,
      state: 'live',
      position: undefined,
      eventId: undefined,
      unparked: 0,
    };
    const tables = new GenerationTables(projection, first.generation);
    await insertCheckpoint(client, projection, first);
    await tables.create(client);
    await tables.createIndexes(client);
    await tables.show(client);
    return first;
  });

/** The name of the lock that one rebuild of a projection has, in all processes. */
export const rebuildLock = ({ name }: Projection): string => `${REBUILD_LOCK}${name}`;

/** Names of such locks begin with it. */
export const REBUILD_LOCK = 'ledgerline rebuild ';

/**
 * Drops what rebuilds have left whose process died: a generation that wasn't finished, or one that was replaced. Where a
 * rebuild is under way, it does so itself.
 */
export const dropLeftovers = (client: pg.ClientBase, projection: Projection): Promise<void> =>
  inTransaction(client, async () => {
    const interrupted = await readInterrupted(client, projection);
    const forgotten = await forgottenTables(client, projection, tablesOf(projection));
    // Who begins a rebuild mustn't find the lock taken for nothing.
    if (interrupted.length === 0 && forgotten.length === 0) return;
    const { rows } = await client.query<{ mine: boolean }>(
      'select pg_try_advisory_xact_lock(hashtext($1)) as mine',
      [rebuildLock(projection)],
    );
    if (!rows[0]?.mine) return;
    for (const generation of await readInterrupted(client, projection)) {
      await dropGeneration(client, projection, generation);
    }
    await dropForgotten(client, projection);
  });

const tablesOf = ({ folds }: Projection): readonly NamedTable[] => folds.map(({ table }) => table);

const dropForgotten = async (client: pg.ClientBase, projection: Projection): Promise<void> => {
  for (const table of await forgottenTables(client, projection, tablesOf(projection))) {
    await client.query(`drop table if exists ${table}`);
  }
};

/** A new generation beside the live one. What an earlier, interrupted rebuild left is dropped. */
export const startBuilding = (client: pg.ClientBase, projection: Projection): Promise<Checkpoint> =>
  inTransaction(client, async () => {
    const checkpoints = await readCheckpoints(client, projection, { lock: true });
    const interrupted = await readInterrupted(client, projection);
    const building = checkpoints.filter(({ state }) => state === 'building');
    const held = building.find(({ generation }) => !interrupted.includes(generation));
    if (held) throw heldAlready(projection, held);
    for (const generation of interrupted) await dropGeneration(client, projection, generation);
    await dropForgotten(client, projection);
    const next: Checkpoint = {
      generation: (checkpoints.at(-1)?.generation ?? 0) + 1,
      state: 'building',
      position: undefined,
      eventId: undefined,
      unparked: 0,
    };
    await insertCheckpoint(client, projection, next);
    await new GenerationTables(projection, next.generation).create(client);
    return next;
  });

/** It was built at some cost, and somebody has plans for it. */
const heldAlready = ({ name }: Projection, { generation }: Checkpoint): AppError =>
  new AppError(
    ErrorCode.CONFLICT,
    `Projection ${name} has generation ${generation} held beside the live one; ` +
      `"ledgerline projections promote ${name}" switches to it, "… drop ${name}" drops it.`,
    { name, generation },
  );

/** Makes a built generation the live one, within the caller's transaction. Queries see one or the other, never neither. */
export const promote = async (
  client: pg.ClientBase,
  projection: Projection,
  generation: number,
  replaced?: number,
): Promise<void> => {
  await new GenerationTables(projection, generation).show(client);
  if (replaced !== undefined) await deleteCheckpoint(client, projection, replaced);
  await makeLive(client, projection, generation);
};

export const dropGeneration = async (
  client: pg.ClientBase,
  projection: Projection,
  generation: number,
): Promise<void> => {
  await deleteCheckpoint(client, projection, generation);
  await new GenerationTables(projection, generation).drop(client);
};

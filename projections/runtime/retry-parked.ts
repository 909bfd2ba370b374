import type pg from 'pg';
import { newClient } from '../../src/database/connections.js';
import { AppError, ErrorCode, messageOf } from '../../src/domain/errors.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { BatchFold } from './batch-fold.js';
import { readCheckpoints, readParked, unpark } from './checkpoints.js';
import { GenerationTables } from './generation-tables.js';
import { inTransaction } from './generations.js';
import type { Projection } from './projection.js';

/**
 * Applies a parked stream to the live generation, from its beginning: its rows are its own, so nothing else is touched.
 * The generation stands still meanwhile. Throws `NOT_FOUND` for a stream that isn't parked, and `CONFLICT` with the
 * reason where it can't be applied still; it stays parked then.
 */
export const retryParked = async (
  projection: Projection,
  stream: string,
  { ledger, connection }: { readonly ledger: Ledger; readonly connection: pg.ClientConfig },
): Promise<void> => {
  const client = newClient({ ...connection, application_name: 'ledgerline-retry' });
  await client.connect();
  try {
    await inTransaction(client, () => applyWhole(client, projection, stream, ledger));
  } finally {
    await client.end();
  }
};

const applyWhole = async (
  client: pg.ClientBase,
  projection: Projection,
  stream: string,
  ledger: Ledger,
): Promise<void> => {
  const live = (await readCheckpoints(client, projection, { lock: true })).find(
    ({ state }) => state === 'live',
  );
  if (!live || !(await readParked(client, projection, live.generation)).has(stream)) {
    throw new AppError(ErrorCode.NOT_FOUND, `${stream} is not parked in ${projection.name}.`, { stream });
  }
  try {
    const reached = (position: string) =>
      live.position !== undefined && ledger.store.comparePositions(position, live.position) <= 0;
    // An erasure that the tables have already doesn't stand in this stream: this process may not have heard of it yet.
    ledger.keys.forget();
    const events = (await ledger.readStream(stream)).filter(({ position }) => reached(position));
    const tables = new GenerationTables(projection, live.generation);
    for (const fold of projection.folds) {
      const { rows, poison } = new BatchFold(fold, events).run(new Map());
      const [refused] = poison;
      if (refused) throw new Error(refused.error);
      await tables.write(client, fold.table, rows);
    }
  } catch (cause) {
    throw new AppError(
      ErrorCode.CONFLICT,
      `${stream} stays parked in ${projection.name}: ${messageOf(cause)}`,
      { stream },
      { cause },
    );
  }
  await unpark(client, projection, live.generation, stream);
};

import type pg from 'pg';
import { newClient } from '../../src/database/connections.js';
import { AppError, ErrorCode } from '../../src/domain/errors.js';
import { deleteCheckpoint, readCheckpoints } from './checkpoints.js';
import { eraseTables } from './erase-rows.js';
import { forgottenTables } from './generation-tables.js';
import type { Projection, ProjectionVersion, RecordOf } from './projection.js';
import { generationName, type NamedTable, viewName } from './table.js';

interface EarlierVersion extends ProjectionVersion {
  readonly tables: readonly NamedTable[];
}

const earlierOf = ({ name, earlier = {} }: Projection): readonly EarlierVersion[] =>
  Object.entries(earlier).map(([version, tables]) => ({ name, version: Number(version), tables }));

/** What the database still has of earlier versions. `connection`: as a login that may read `ops`. */
export const earlierVersions = async (
  projections: readonly Projection[],
  connection: pg.ClientConfig,
): Promise<readonly ProjectionVersion[]> => {
  const client = newClient(connection);
  await client.connect();
  try {
    const { rows } = await client.query<ProjectionVersion>(
      'select distinct name, version from ops.projections order by name, version',
    );
    return rows.filter(({ name, version }) =>
      projections.some((known) => known.name === name && version < known.version),
    );
  } finally {
    await client.end();
  }
};

/**
 * Processes of an earlier version may still read its tables while nobody feeds them any more: they forget, too. Returns
 * whether a table is to be rewritten for it.
 */
export const eraseEarlier = async (
  client: pg.ClientBase,
  projection: Projection,
  erasures: readonly RecordOf<'SubjectErased'>[],
): Promise<boolean> => {
  let erased = false;
  for (const { name, version, tables } of earlierOf(projection)) {
    for (const { generation } of await readCheckpoints(client, { name, version })) {
      const nameOf = (table: NamedTable) => `read.${generationName(table, version, generation)}`;
      erased = (await eraseTables(client, tables, erasures, nameOf)) || erased;
    }
  }
  return erased;
};

/**
 * Drops an earlier version's views and tables, within the caller's transaction: once no process of it runs any more.
 * Throws `NOT_FOUND` for a version that isn't an earlier one, and for one of which nothing is there.
 */
export const dropEarlier = async (
  client: pg.ClientBase,
  projection: Projection,
  version: number,
): Promise<void> => {
  const earlier = earlierOf(projection).find((known) => known.version === version);
  if (!earlier) {
    throw new AppError(
      ErrorCode.NOT_FOUND,
      `Projection ${projection.name} has no earlier version ${version}; it is at version ${projection.version}.`,
      { name: projection.name, version },
    );
  }
  const checkpoints = await readCheckpoints(client, earlier, { lock: true });
  for (const { generation } of checkpoints) {
    await deleteCheckpoint(client, earlier, generation);
  }
  for (const table of earlier.tables) {
    await client.query(`drop view if exists read.${viewName(table, version)}`);
  }
  const tables = await forgottenTables(client, earlier, earlier.tables);
  for (const table of tables) await client.query(`drop table ${table}`);
  if (checkpoints.length > 0 || tables.length > 0) return;
  throw new AppError(
    ErrorCode.NOT_FOUND,
    `Projection ${projection.name} has nothing left of version ${version}.`,
    { name: projection.name, version },
  );
};

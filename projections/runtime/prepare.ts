import type pg from 'pg';
import { newClient } from '../../src/database/connections.js';
import type { Logger } from '../../src/domain/logger.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { readCheckpoints } from './checkpoints.js';
import { ensureLive } from './generations.js';
import type { Projection } from './projection.js';
import { buildFirst } from './rebuild.js';

export interface PrepareOptions {
  readonly ledger: Ledger;
  /** As login `projector`. */
  readonly connection: pg.ClientConfig;
  readonly projections: readonly Projection[];
  readonly logger: Logger;
}

/**
 * Makes what queries read, where it isn't there yet: a process that only answers queries may be the first to start. Where
 * this program is new to an installation that is in use, its new read models, and new versions of others, are built from
 * the ledger before this resolves: nobody is answered from half of one, while processes from before go on with theirs.
 */
export const prepareProjections = async ({
  ledger,
  connection,
  projections,
  logger,
}: PrepareOptions): Promise<void> => {
  const client = newClient(connection);
  await client.connect();
  try {
    const isInUse = await hasFedProjections(client);
    for (const projection of projections) {
      const { name, version } = projection;
      const isLive = (await readCheckpoints(client, projection)).some(({ state }) => state === 'live');
      if (isLive || !isInUse) {
        await ensureLive(client, projection);
        continue;
      }
      logger.info(
        { projection: name, version },
        'Builds a new read model from the ledger; this may take a while.',
      );
      const { signal } = new AbortController();
      await buildFirst(projection, { ledger, connection, signal });
    }
  } finally {
    await client.end();
  }
};

const hasFedProjections = async (client: pg.ClientBase): Promise<boolean> => {
  const { rowCount } = await client.query('select from ops.projections where position is not null limit 1');
  return rowCount === 1;
};

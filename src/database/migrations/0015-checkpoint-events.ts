import { type Kysely, sql } from 'kysely';

/**
 * The event that stands at a checkpoint's position: another one may stand there after a failover that lost it. `null`: it
 * was moved last before this was kept.
 */
export const checkpointEventsMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table ops.projections add column event_id uuid`.execute(db);
    await sql`alter table ops.reactors add column event_id uuid`.execute(db);
  },
};

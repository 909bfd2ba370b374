import { type Kysely, sql } from 'kysely';

/** What a projection waits for: an event of a newer version, that the process which feeds it can't read. */
export const waitsForMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table ops.projections add column waits_for text`.execute(db);
  },
};

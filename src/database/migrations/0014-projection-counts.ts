import { type Kysely, sql } from 'kysely';

/** What operators are shown of a generation beside how far it is. */
export const projectionCountsMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      alter table ops.projections
        add column skipped_events int not null default 0,
        add column batch_events int,
        add column batch_ms real`.execute(db);
  },
};

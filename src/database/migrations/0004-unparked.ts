import { type Kysely, sql } from 'kysely';

/** Streams that were parked and are applied again: who feeds the generation must read anew which are left. */
export const unparkedMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table ops.projections add column unparked int not null default 0`.execute(db);
  },
};

import { type Kysely, sql } from 'kysely';

/** Which generation a rebuild left beside the live one on purpose: the others are a crash's, and are dropped. */
export const heldGenerationsMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table ops.projections add column held boolean not null default false`.execute(db);
  },
};

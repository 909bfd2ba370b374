import { type Kysely, sql } from 'kysely';

/** Which erasures of the object store the database has: an older backup's lacks the later ones. */
export const appliedErasuresMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table ops.applied_erasures (
        name       text primary key,
        applied_at timestamptz not null default now()
      )`.execute(db);
    await sql`grant select, insert on ops.applied_erasures to ledgerline_ledger`.execute(db);
  },
};

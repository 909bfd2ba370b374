import { type Kysely, sql } from 'kysely';

/** Calls that the carrier is to be told to end. Those that it refuses keep no others waiting. */
export const wantedEndsMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table ops.wanted_ends (
        stream   text primary key,
        attempts int not null default 0,
        next_at  timestamptz not null default now()
      )`.execute(db);
    await sql`create index on ops.wanted_ends (next_at)`.execute(db);
    await sql`grant select, insert, update, delete on ops.wanted_ends to ledgerline_ledger`.execute(db);
  },
};

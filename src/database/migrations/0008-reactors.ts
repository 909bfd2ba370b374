import { type Kysely, sql } from 'kysely';

/** Up to where each reactor has seen the ledger. */
export const reactorsMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create table ops.reactors (name text primary key, position text not null)`.execute(db);
    await sql`grant select, insert, update on ops.reactors to ledgerline_ledger`.execute(db);
  },
};

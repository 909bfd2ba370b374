import { type Kysely, sql } from 'kysely';

/**
 * Which object store is the database's: one row. Beside the keys, since it must last as long as the ledger, and schema `ops`
 * may be lost.
 */
export const objectStoreMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table keys.object_store (
        single boolean primary key default true check (single),
        id     text not null
      )`.execute(db);
    await sql`grant select, insert, update on keys.object_store to ledgerline_ledger`.execute(db);
  },
};

import { type Kysely, sql } from 'kysely';

/** What an erasure needs of the database: tables that are to be rewritten, and a login that may rewrite the keys'. */
export const erasureMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table ops.rewrites (
        table_name text primary key,
        marks      int not null default 1
      )`.execute(db);
    await sql`
      grant select, insert, update, delete on ops.rewrites to ledgerline_ledger, ledgerline_projector
    `.execute(db);
    // The planner's statistics quote values, and would outlive a key.
    await sql`alter table keys.data_keys alter column wrapped set statistics 0`.execute(db);
    // Only its owner may rewrite a table. The login that may destroy every key can do no more harm as the owner.
    await sql`grant create on schema keys to ledgerline_ledger`.execute(db);
    await sql`alter table keys.data_keys owner to ledgerline_ledger`.execute(db);
    await sql`revoke create on schema keys from ledgerline_ledger`.execute(db);
  },
};

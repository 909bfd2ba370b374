import { type Kysely, sql } from 'kysely';

/** Wrapped encryption keys: outside the ledger, so that destroying one forgets what it encrypted. */
export const keysMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create schema keys`.execute(db);
    await sql`
      create table keys.data_keys (
        key_id        text primary key,
        tenant_id     text not null,
        kind          text not null check (kind in ('tenant', 'contact', 'user', 'call')),
        subject_id    text not null,
        parent_key_id text references keys.data_keys,
        generation    int not null,
        wrapped       bytea,
        created_at    timestamptz not null default now(),
        unique (tenant_id, kind, subject_id, generation)
      )`.execute(db);
    await sql`create index on keys.data_keys (parent_key_id)`.execute(db);
    await sql`grant usage on schema keys to ledgerline_ledger`.execute(db);
    await sql`grant select, insert, update on keys.data_keys to ledgerline_ledger`.execute(db);
  },
};

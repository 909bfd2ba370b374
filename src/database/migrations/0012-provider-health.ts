import { type Kysely, sql } from 'kysely';

/** What each process knows of its providers. Unlogged: after a crash no process lives anyway. */
export const providerHealthMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create unlogged table ops.provider_health (
        worker     text not null,
        provider   text not null,
        capability text not null,
        state      text not null,
        failures   int not null,
        last_error text,
        since      timestamptz not null,
        seen_at    timestamptz not null,
        primary key (worker, provider, capability)
      )`.execute(db);
    await sql`grant select, insert, update, delete on ops.provider_health to ledgerline_ledger`.execute(db);
  },
};

import { type Kysely, sql } from 'kysely';

/**
 * What the processes tell each other of the calls that they carry. All of it is unlogged: after a crash of the server each
 * worker writes again within a second.
 */
export const workersMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      alter table ops.workers
        add column carries_media boolean not null default true,
        add column calls int not null default 0,
        add column overloaded boolean not null default false`.execute(db);
    // Who has told the carrier, or is about to, where a call goes on: only one may at a time.
    await sql`
      create unlogged table ops.handovers (
        call_id    text not null,
        attempt    int not null,
        worker     text not null,
        claimed_at timestamptz not null,
        primary key (call_id, attempt)
      )`.execute(db);
    await sql`create index on ops.handovers (claimed_at)`.execute(db);
    // The calls of tenants with a limit that the read models may not have yet.
    await sql`
      create unlogged table ops.call_slots (
        call_id   text primary key,
        tenant_id text not null,
        taken_at  timestamptz not null
      )`.execute(db);
    await sql`create index on ops.call_slots (tenant_id, taken_at)`.execute(db);
    await sql`grant select, insert, update, delete on ops.handovers, ops.call_slots to ledgerline_ledger`.execute(
      db,
    );
  },
};

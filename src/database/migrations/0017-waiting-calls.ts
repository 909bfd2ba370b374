import { type Kysely, sql } from 'kysely';

/** Who waits for a line, over all processes. Unlogged: after a crash each of them asks again within seconds. */
export const waitingCallsMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create unlogged table ops.waiting_calls (
        call_id   text primary key,
        tenant_id text not null,
        waits_for text not null check (waits_for in ('busy', 'call_limit')),
        since     timestamptz not null,
        worker    text not null,
        full_at   timestamptz,
        gone_at   timestamptz not null
      )`.execute(db);
    await sql`create index on ops.waiting_calls (gone_at)`.execute(db);
    await sql`grant select, insert, update, delete on ops.waiting_calls to ledgerline_ledger`.execute(db);
    // So many calls a worker has room for. One where it's an older worker's.
    await sql`alter table ops.workers add column places int not null default 1`.execute(db);
  },
};

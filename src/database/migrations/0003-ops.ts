import { type Kysely, sql } from 'kysely';

/** What may be lost: then people log in again, and projections are replayed. */
export const opsMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create schema if not exists ops`.execute(db);
    await sql`
      create table ops.projections (
        name       text not null,
        version    int not null,
        generation int not null,
        state      text not null check (state in ('building', 'live')),
        position   text,
        primary key (name, version, generation)
      )`.execute(db);
    await sql`create unique index on ops.projections (name, version) where state = 'live'`.execute(db);
    await sql`
      create table ops.parked_streams (
        name        text not null,
        version     int not null,
        generation  int not null,
        stream_name text not null,
        position    text not null,
        error       text not null,
        parked_at   timestamptz not null default now(),
        primary key (name, version, generation, stream_name),
        foreign key (name, version, generation) references ops.projections on delete cascade
      )`.execute(db);
    await sql`
      create table ops.call_tenants (
        call_id     text primary key,
        tenant_id   text not null,
        received_at timestamptz not null default now()
      )`.execute(db);
    // Unlogged: after a crash no worker lives anyway.
    await sql`
      create unlogged table ops.workers (
        worker  text primary key,
        seen_at timestamptz not null
      )`.execute(db);
    await sql`
      create table ops.idempotency (
        tenant_id  text not null,
        actor_id   text not null,
        operation  text not null,
        key        text not null,
        command_id text not null,
        ids        jsonb not null,
        input_hash text not null,
        created_at timestamptz not null default now(),
        primary key (tenant_id, actor_id, operation, key)
      )`.execute(db);
    await sql`create index on ops.idempotency (created_at)`.execute(db);
    await grants(db);
  },
};

const grants = async (db: Kysely<unknown>): Promise<void> => {
  const readers = sql`ledgerline_api, ledgerline_projector, ledgerline_operator, ledgerline_ledger`;
  await sql`grant usage on schema ops to ${readers}`.execute(db);
  await sql`grant select on ops.projections, ops.parked_streams to ledgerline_api, ledgerline_operator`.execute(
    db,
  );
  await sql`grant select, insert, update, delete on ops.projections, ops.parked_streams to ledgerline_projector`.execute(
    db,
  );
  await sql`grant select, insert, delete on ops.idempotency to ledgerline_api`.execute(db);
  await sql`grant select, insert on ops.call_tenants to ledgerline_ledger`.execute(db);
  await sql`grant select, insert, update, delete on ops.workers to ledgerline_ledger`.execute(db);
  await sql`grant select on ops.workers to ledgerline_operator`.execute(db);
};

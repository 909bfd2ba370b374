import { type Kysely, sql } from 'kysely';

/** The group-commit lock: position order is commit order, because it's held until the commit. */
export const APPEND_LOCK = 0x1ed6e11;

/** The ledger and its one way in. The design and its reasons: docs/ledger.md. */
export const ledgerMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`create schema ledger`.execute(db);
    await sql`
      create table ledger.events (
        position       bigint primary key,
        stream_name    text collate "C" not null,
        revision       bigint not null,
        event_id       uuid not null,
        type           text not null,
        schema_version int not null,
        tenant_id      text not null,
        data           text not null,
        correlation_id text not null,
        metadata       text not null,
        created_at     timestamptz not null,
        unique (stream_name, revision)
      )`.execute(db);
    // What was stored is already compressed or encrypted: trying again costs an append its time.
    await sql`alter table ledger.events alter column data set storage external`.execute(db);
    await sql`create index on ledger.events (tenant_id, position)`.execute(db);
    await sql`create index on ledger.events (correlation_id, position)`.execute(db);
    await refuseChanges(db);
    await createAppendBatch(db);
    await sql`grant usage on schema ledger to ledgerline_ledger`.execute(db);
    await sql`grant select on ledger.events to ledgerline_ledger`.execute(db);
    await sql`revoke execute on all functions in schema ledger from public`.execute(db);
    await sql`grant execute on function ledger.append_batch to ledgerline_ledger`.execute(db);
  },
};

const refuseChanges = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create function ledger.refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception 'The ledger is append-only: % is refused.', tg_op;
    end $$`.execute(db);
  await sql`
    create trigger append_only before update or delete or truncate on ledger.events
    for each statement execute function ledger.refuse_change()`.execute(db);
};

/**
 * Appends a batch of requests, each to another stream. The first four arrays describe the requests, the others their
 * events, flattened; `bodies` holds each event's data and metadata one after the other, in bytes, which PostgreSQL finds
 * without counting characters.
 *
 * Returns, a row a request: `appended` or `duplicate` (the same event ids stand there already) with the last revision
 * and position, or `conflict` with the stream's actual revision. A conflict doesn't fail its neighbours.
 *
 * A loop over the requests and one plain insert, because the planner knows nothing of an array's length: as one
 * statement with joins it took twice as long.
 */
const createAppendBatch = async (db: Kysely<unknown>): Promise<void> => {
  await sql`
    create function ledger.append_batch(
      streams text[], tenants text[], expected bigint[], last_events int[],
      event_requests int[], event_revisions bigint[], event_ids uuid[], types text[], versions int[],
      correlations text[], data_starts int[], metadata_starts int[], bodies bytea
    ) returns table (request int, outcome text, revision bigint, "position" bigint)
    language plpgsql security definer set search_path = '' as $$
    #variable_conflict use_column
    declare
      head bigint;
      stored_at timestamptz;
      actual bigint;
      first_event int := 1;
      skipped int := 0;
      offsets bigint[];
      appended boolean[];
    begin
      perform pg_catalog.pg_advisory_xact_lock(${sql.lit(APPEND_LOCK)});
      select e.position, e.created_at into head, stored_at from ledger.events e order by e.position desc limit 1;
      head := coalesce(head, 0);
      stored_at := greatest(clock_timestamp(), stored_at);

      for r in 1 .. cardinality(streams) loop
        select e.revision into actual from ledger.events e
          where e.stream_name = streams[r] order by e.revision desc limit 1;
        actual := coalesce(actual, -1);
        request := r;
        appended[r] := actual = expected[r];
        -- The positions of what is appended are dense: those skipped before this request don't count.
        offsets[r] := head - skipped;
        if appended[r] then
          outcome := 'appended';
          revision := event_revisions[last_events[r]];
          position := head - skipped + last_events[r];
        else
          skipped := skipped + last_events[r] - first_event + 1;
          select case when count(*) = last_events[r] - first_event + 1 then 'duplicate' else 'conflict' end, max(e.position)
            into outcome, position
            from unnest(event_revisions[first_event:last_events[r]], event_ids[first_event:last_events[r]]) as v (revision, id)
            join ledger.events e on e.stream_name = streams[r] and e.revision = v.revision and e.event_id = v.id;
          revision := case when outcome = 'duplicate' then event_revisions[last_events[r]] else actual end;
        end if;
        first_event := last_events[r] + 1;
        return next;
      end loop;

      insert into ledger.events
        select offsets[v.request] + v.n, streams[v.request], v.revision, v.id, v.type, v.version, tenants[v.request],
               convert_from(substring(bodies from data_starts[v.n] + 1 for metadata_starts[v.n] - data_starts[v.n]), 'UTF8'),
               v.correlation,
               convert_from(substring(bodies from metadata_starts[v.n] + 1 for data_starts[v.n + 1] - metadata_starts[v.n]), 'UTF8'),
               stored_at
        from unnest(event_requests, event_revisions, event_ids, types, versions, correlations)
          with ordinality as v (request, revision, id, type, version, correlation, n)
        where appended[v.request];
    end $$`.execute(db);
};

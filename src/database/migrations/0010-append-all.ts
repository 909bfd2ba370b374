import { type Kysely, sql } from 'kysely';
import { APPEND_LOCK } from './0001-ledger.js';

/**
 * `ledger.append_batch` as before, and faster where no request of a batch meets a conflict or a copy, which is nearly
 * always: the streams' revisions are compared in one statement, and not in a loop over the requests.
 */
export const appendAllMigration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
    create or replace function ledger.append_batch(
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

      if not exists (
        select from unnest(streams, expected) as v (stream, revision)
        where v.revision <> coalesce(
          (select e.revision from ledger.events e where e.stream_name = v.stream order by e.revision desc limit 1), -1)
      ) then
        insert into ledger.events
          select head + v.n, streams[v.request], v.revision, v.id, v.type, v.version, tenants[v.request],
                 convert_from(substring(bodies from data_starts[v.n] + 1 for metadata_starts[v.n] - data_starts[v.n]), 'UTF8'),
                 v.correlation,
                 convert_from(substring(bodies from metadata_starts[v.n] + 1 for data_starts[v.n + 1] - metadata_starts[v.n]), 'UTF8'),
                 stored_at
          from unnest(event_requests, event_revisions, event_ids, types, versions, correlations)
            with ordinality as v (request, revision, id, type, version, correlation, n);
        return query
          select r, 'appended', event_revisions[last_events[r]], head + last_events[r]
          from generate_subscripts(streams, 1) as r;
        return;
      end if;

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
  },
};

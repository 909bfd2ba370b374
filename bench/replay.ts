import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { callsProjection } from '../projections/calls/projection.js';
import { projections } from '../projections/index.js';
import { rebuild } from '../projections/runtime/rebuild.js';
import { columnName } from '../projections/runtime/table.js';
import { callStream } from '../src/domain/stream.js';
import type { Storage } from '../src/main/storage.js';
import { withBenchStorage } from './support/bench-storage.js';
import { count, round, table } from './support/measures.js';
import { sampleCall, sampleIds } from './support/sample-calls.js';

const EVENTS = 60_000;
const TURNS = 6;

const fill = async ({ ledger }: Storage): Promise<number> => {
  const { tenantId, agentId, numberId } = sampleIds();
  let events = 0;
  while (events < EVENTS) {
    await Promise.all(
      Array.from({ length: 64 }, async () => {
        const call = sampleCall(tenantId, agentId, numberId, TURNS);
        await ledger.keys.createCallKey(tenantId, call.contactId, call.callId);
        await ledger.append(callStream(tenantId, call.callId), call.events, 'none', {
          commandId: randomUUID(),
          correlationId: call.callId,
          actor: { type: 'platform', id: 'bench-1' },
          occurredAt: new Date().toISOString(),
        });
        events += call.events.length;
      }),
    );
  }
  return events;
};

/** The rows that the replay made, copied into tables of the same shape, policies and indexes: what PostgreSQL alone can do. */
const copyRows = async (storage: Storage): Promise<{ rows: number; seconds: number }> => {
  const client = new pg.Client(storage.connection('projector'));
  await client.connect();
  let rows = 0;
  let seconds = 0;
  for (const { table: source } of callsProjection.folds) {
    const columns = Object.keys(source.columns).map(columnName).join(', ');
    const view = `read.${source.name}_v${callsProjection.version}`;
    const { rows: texts } = await client.query<{ line: string }>(
      `select concat_ws(e'\\t', ${Object.keys(source.columns)
        .map(
          (name) => `coalesce(replace(replace(${columnName(name)}::text, '\\', '\\\\'), e'\\t', ' '), '\\N')`,
        )
        .join(', ')}) as line from ${view}`,
    );
    const target = await client.query<{ name: string }>(
      `select relname as name from pg_class where relname like $1 and relkind = 'r' order by relname desc limit 1`,
      [`${source.name}_v${callsProjection.version}_g%`],
    );
    const copy = `read.${source.name}_copy`;
    await client.query(`create table ${copy} (like read.${target.rows[0]?.name} including all)`);
    await client.query(`alter table ${copy} enable row level security`);
    const startedAtMs = performance.now();
    const sink = client.query(copyFrom(`copy ${copy} (${columns}) from stdin`));
    await pipeline(Readable.from(texts.map(({ line }) => `${line}\n`)), sink);
    seconds += (performance.now() - startedAtMs) / 1_000;
    rows += texts.length;
    await client.query(`drop table ${copy}`);
  }
  await client.end();
  return { rows, seconds };
};

/** Every projection rebuilt from the ledger, encryption on, beside a bare COPY of the same rows in the same run. */
export const benchReplay = (): Promise<object> =>
  withBenchStorage(async (storage) => {
    console.log(`Replay on ${storage.description}; filling the ledger with calls.\n`);
    const events = await fill(storage);
    const { signal } = new AbortController();
    const lines: string[][] = [['', 'events/s', 's']];
    let seconds = 0;
    for (const projection of projections) {
      storage.ledger.keys.forget();
      const startedAtMs = performance.now();
      await rebuild(projection, {
        ledger: storage.ledger,
        connection: storage.connection('projector'),
        signal,
      });
      const took = (performance.now() - startedAtMs) / 1_000;
      if (projection === callsProjection) seconds = took;
      lines.push([projection.name, count(events / took), took.toFixed(2)]);
    }
    const copied = await copyRows(storage);
    lines.push([
      'COPY of its rows',
      `${count(copied.rows / copied.seconds)} rows/s`,
      copied.seconds.toFixed(2),
    ]);
    console.log(table(lines));
    const eventsPerSecond = events / seconds;
    const copyRowsPerSecond = copied.rows / copied.seconds;
    return {
      events,
      rows: copied.rows,
      eventsPerSecond: Math.round(eventsPerSecond),
      copyRowsPerSecond: Math.round(copyRowsPerSecond),
      // An event replayed beside a row copied; and, since several events make one row, the time of the whole beside the
      // time in which PostgreSQL takes the finished rows.
      eventsToCopiedRows: round(eventsPerSecond / copyRowsPerSecond),
      timeOfCopyToReplay: round(copied.seconds / seconds),
    };
  });

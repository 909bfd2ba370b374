import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { callsProjection } from '../projections/calls/projection.js';
import { projections } from '../projections/index.js';
import { rebuild } from '../projections/runtime/rebuild.js';
import { ProjectionRunner } from '../projections/runtime/runner.js';
import { columnName } from '../projections/runtime/table.js';
import { silentLogger } from '../src/domain/logger.js';
import type { Storage } from '../src/main/storage.js';
import { withBenchStorage } from './support/bench-storage.js';
import { fillWithCalls } from './support/filled-ledger.js';
import { count, round, table } from './support/measures.js';

const EVENTS = 60_000;
const LOOK_EVERY_MS = 20;

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

/** The tail reader, from the ledger's beginning to its end: one pass through all of them, into tables with their indexes. */
const feedAll = async (storage: Storage): Promise<number> => {
  const { ledger, readModels } = storage;
  const head = await ledger.store.head();
  const names = projections.map(({ name }) => name);
  const compare = (a: string, b: string) => ledger.store.comparePositions(a, b);
  const connection = storage.connection('projector');
  const runner = new ProjectionRunner({ ledger, connection, projections, logger: silentLogger });
  ledger.keys.forget();
  const startedAtMs = performance.now();
  runner.start();
  while ((await readModels.reached(names, compare)) !== head) await sleep(LOOK_EVERY_MS);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  await runner.stop();
  return seconds;
};

/** Every projection rebuilt from the ledger, encryption on, beside a bare COPY of the same rows in the same run. */
export const benchReplay = (): Promise<object> =>
  withBenchStorage(async ({ storage }) => {
    console.log(`Replay on ${storage.description}; filling the ledger with calls.\n`);
    const events = await fillWithCalls(storage.ledger, EVENTS);
    const { signal } = new AbortController();
    const lines: string[][] = [['', 'events/s', 's']];
    let seconds = 0;
    const eachPerSecond: Record<string, number> = {};
    const secondsOfAll = await feedAll(storage);
    lines.push(['all, in one pass', count(events / secondsOfAll), secondsOfAll.toFixed(2)]);
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
      eachPerSecond[projection.name] = Math.round(events / took);
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
      eachPerSecond,
      allInOnePassPerSecond: Math.round(events / secondsOfAll),
      copyRowsPerSecond: Math.round(copyRowsPerSecond),
      // An event replayed beside a row copied; and, since several events make one row, the time of the whole beside the
      // time in which PostgreSQL takes the finished rows.
      eventsToCopiedRows: round(eventsPerSecond / copyRowsPerSecond),
      timeOfCopyToReplay: round(copied.seconds / seconds),
    };
  });

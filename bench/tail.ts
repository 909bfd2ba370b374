import pg from 'pg';
import { UnreadableEvent } from '../src/ledger/codec/codec.js';
import type { Storage } from '../src/main/storage.js';
import { type BenchStorage, withBenchStorage } from './support/bench-storage.js';
import { percentile, round, table } from './support/measures.js';
import { nowMs, RAW_CHANNEL, type SentTimes, type TailLoad } from './support/tail-load.js';
import { Worker } from './support/worker.js';

const PER_SECOND = 200;
const EVENTS = 2_000;
/** The first connects, and finds its keys. */
const WARM_UP_EVENTS = 100;
const ROUNDS = 3;

interface Received {
  readonly name: string;
  readonly atMs: number;
}

/** Takes what comes, until so many have come. */
type Subscribe = (storage: Storage, events: number) => { started: Promise<void>; all: Promise<Received[]> };

/** Decoded, as everything within the platform takes it. */
const subscribeToLedger: Subscribe = ({ ledger }, events) => {
  const received: Received[] = [];
  const stop = new AbortController();
  const all = (async () => {
    const after = await ledger.store.head();
    for await (const batch of ledger.subscribeAll({ after, signal: stop.signal })) {
      for (const event of batch.events) {
        if (event instanceof UnreadableEvent) throw event.error;
        received.push({ name: `${event.stream} ${event.revision}`, atMs: nowMs() });
      }
      if (received.length >= events) stop.abort();
    }
    return received;
  })();
  return { started: Promise.resolve(), all };
};

/** A notification, and a select of what is new: what PostgreSQL itself takes from one process to another. */
const subscribeToRawTable: Subscribe = (storage, events) => {
  const client = new pg.Client(storage.connection('projector'));
  const received: Received[] = [];
  let isReading = false;
  let again = false;
  const started = client.connect().then(async () => {
    await client.query(`listen ${RAW_CHANNEL}`);
  });
  const all = new Promise<Received[]>((resolve, reject) => {
    const read = async (): Promise<void> => {
      do {
        again = false;
        const { rows } = await client.query<{ id: string; data: string }>(
          'select id, data from read.raw_tail where id >= $1 order by id',
          [received.length],
        );
        for (const { id } of rows) received.push({ name: id, atMs: nowMs() });
      } while (again);
    };
    client.on('notification', () => {
      again = true;
      if (isReading) return;
      isReading = true;
      read().then(() => {
        isReading = false;
        if (received.length >= events) client.end().then(() => resolve(received), reject);
      }, reject);
    });
  });
  return { started, all };
};

const subscribers: Readonly<Record<TailLoad['kind'], Subscribe>> = {
  raw: subscribeToRawTable,
  ledger: subscribeToLedger,
};

const withRawTable = async <T>(storage: Storage, work: () => Promise<T>): Promise<T> => {
  const admin = new pg.Client(storage.connection('projector'));
  await admin.connect();
  await admin.query('create table read.raw_tail (id int primary key, data text not null)');
  try {
    return await work();
  } finally {
    await admin.query('drop table read.raw_tail');
    await admin.end();
  }
};

/** From the call that appends in one process to the event in another, in ms. */
const latencies = async (
  { storage, masterKey }: BenchStorage,
  worker: Worker<TailLoad, SentTimes>,
  kind: TailLoad['kind'],
  events: number,
): Promise<readonly number[]> => {
  const { started, all } = subscribers[kind](storage, events);
  await started;
  const connection = storage.connection(kind === 'ledger' ? 'ledger' : 'projector');
  const load = { kind, events, perSecond: PER_SECOND, connection, masterKey };
  const [sent, received] = await Promise.all([worker.run(load), all]);
  return received.map(({ name, atMs }) => atMs - (sent[name] ?? Number.NaN));
};

const figures = (values: readonly number[]) => ({
  p50Ms: round(percentile(values, 0.5)),
  p99Ms: round(percentile(values, 0.99)),
});

/** Append to subscriber, across processes, at 200 events a second; beside a bare notification and select in the same run. */
export const benchTail = (): Promise<object> =>
  withBenchStorage(async (bench) => {
    const { storage } = bench;
    console.log(
      `Append to subscriber in another process, on ${storage.description}: ${PER_SECOND} events/s, encrypted.\n`,
    );
    const worker = await Worker.start<TailLoad, SentTimes>('tail-worker.js');
    const raw: number[] = [];
    const ledger: number[] = [];
    const measureRaw = (events: number) =>
      withRawTable(storage, () => latencies(bench, worker, 'raw', events));
    try {
      await latencies(bench, worker, 'ledger', WARM_UP_EVENTS);
      await measureRaw(WARM_UP_EVENTS);
      for (let round = 0; round < ROUNDS; round++) {
        raw.push(...(await measureRaw(EVENTS)));
        ledger.push(...(await latencies(bench, worker, 'ledger', EVENTS)));
      }
    } finally {
      await worker.stop();
    }
    const measured = { raw: figures(raw), ledger: figures(ledger) };
    const row = (name: string, { p50Ms, p99Ms }: { p50Ms: number; p99Ms: number }) => [
      name,
      p50Ms.toFixed(2),
      p99Ms.toFixed(2),
    ];
    console.log(
      table([
        ['', 'p50 ms', 'p99 ms'],
        row('insert, notify, select', measured.raw),
        row('append, subscribe', measured.ledger),
      ]),
    );
    return { eventsPerSecond: PER_SECOND, events: ledger.length, ...measured };
  });

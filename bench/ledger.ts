import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { callStream } from '../src/domain/stream.js';
import type { EncodedEvent, EventStore } from '../src/ledger/event-store.js';
import type { Storage } from '../src/main/storage.js';
import { withBenchStorage } from './support/bench-storage.js';
import { count, percentile, round, table } from './support/measures.js';
import { sampleCall, sampleIds } from './support/sample-calls.js';

const RUN_MS = 4_000;
const ROUNDS = 3;
/** One turn's event: 200 bytes of data, a third of it encrypted. */
const DATA_BYTES = 200;
const READ_EVENTS = 100_000;

const { tenantId } = sampleIds();

const event = (): EncodedEvent => ({
  id: randomUUID(),
  type: 'CallerTurnCommitted',
  schemaVersion: 1,
  data: randomBytes(DATA_BYTES / 2).toString('hex'),
  metadata: {
    $correlationId: randomUUID(),
    $causationId: randomUUID(),
    tenantId,
    actor: { type: 'platform', id: 'bench-1' },
    occurredAt: new Date().toISOString(),
  },
});

interface Figures {
  readonly appendsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** `streams` writers, each waiting for its append before the next, for a while. */
const loop = async (
  streams: number,
  append: (stream: string, revision: number) => Promise<void>,
): Promise<Figures> => {
  const latenciesMs: number[] = [];
  const startedAtMs = performance.now();
  await Promise.all(
    Array.from({ length: streams }, async () => {
      const stream = callStream(tenantId, `call_${randomBytes(13).toString('hex')}`);
      for (let revision = 0; performance.now() - startedAtMs < RUN_MS; revision++) {
        const sentAtMs = performance.now();
        await append(stream, revision);
        latenciesMs.push(performance.now() - sentAtMs);
      }
    }),
  );
  const seconds = (performance.now() - startedAtMs) / 1_000;
  return {
    appendsPerSecond: latenciesMs.length / seconds,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
  };
};

const medianOf = (runs: readonly Figures[]): Figures => {
  const sorted = runs.toSorted((a, b) => a.appendsPerSecond - b.appendsPerSecond);
  return sorted[Math.floor(sorted.length / 2)] as Figures;
};

const appendLoop = (store: EventStore, streams: number, events: number): Promise<Figures> =>
  loop(streams, async (stream, append) => {
    const batch = Array.from({ length: events }, event);
    const expectedRevision = append === 0 ? 'none' : append * events - 1;
    await store.append(stream, batch, { expectedRevision, tenantId });
  });

/**
 * An insert a statement into a table of the same columns and indexes, on eight connections, with positions from a
 * sequence: what one would write first, and unsafe in order. `prepared`: as a named statement, which one would write next.
 */
const naiveLoop = async (storage: Storage, streams: number, prepared: boolean): Promise<Figures> => {
  const admin = new pg.Client(storage.connection('projector'));
  await admin.connect();
  await admin.query(`
    create sequence read.naive_position;
    create table read.naive (
      position bigint primary key default nextval('read.naive_position'), stream_name text collate "C" not null,
      revision bigint not null, event_id uuid not null, type text not null, schema_version int not null,
      tenant_id text not null, data text not null,
      correlation_id text not null, metadata text not null, created_at timestamptz not null default now(),
      unique (stream_name, revision));
    create index on read.naive (tenant_id, position);
    create index on read.naive (correlation_id, position)`);
  const pool = new pg.Pool({ ...storage.connection('projector'), max: 8 });
  const text = `insert into read.naive (stream_name, revision, event_id, type, schema_version, tenant_id, data,
                correlation_id, metadata) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;
  const figures = await loop(streams, async (stream, revision) => {
    const { id, type, schemaVersion, data, metadata } = event();
    const { $correlationId } = metadata;
    const rest = [tenantId, data, $correlationId, JSON.stringify(metadata)];
    const values = [stream, revision, id, type, schemaVersion, ...rest];
    await pool.query({ text, values, ...(prepared && { name: 'naive' }) });
  });
  await pool.end();
  await admin.query('drop table read.naive; drop sequence read.naive_position');
  await admin.end();
  return figures;
};

/** Fills the ledger with real calls, encrypted, and reads it to its end: as bytes, and as domain events. */
const readLoop = async ({ ledger }: Storage): Promise<{ raw: number; decoded: number }> => {
  const { agentId, numberId, tenantId: tenant } = sampleIds();
  const from = await ledger.store.head();
  for (let events = 0; events < READ_EVENTS; ) {
    await Promise.all(
      Array.from({ length: 64 }, async (_, at) => {
        const call = sampleCall(tenant, agentId, numberId, 6);
        const stream = callStream(tenant, call.callId);
        await ledger.keys.createCallKey(tenant, call.contactId, call.callId);
        const context = {
          commandId: `${events}-${at}`,
          correlationId: call.callId,
          actor: { type: 'platform', id: 'bench-1' },
          occurredAt: new Date().toISOString(),
        } as const;
        await ledger.append(stream, call.events, 'none', context);
        events += call.events.length;
      }),
    );
  }
  const rate = async (batches: AsyncIterable<{ events: readonly unknown[] }>): Promise<number> => {
    const startedAtMs = performance.now();
    let events = 0;
    for await (const batch of batches) events += batch.events.length;
    return events / ((performance.now() - startedAtMs) / 1_000);
  };
  const start = from === undefined ? {} : { from };
  return { raw: await rate(ledger.store.readAll(start)), decoded: await rate(ledger.readAll(start)) };
};

/** Appends and reads of the PostgreSQL ledger, beside a naive insert in the same run. */
export const benchLedger = (): Promise<object> =>
  withBenchStorage(async (storage) => {
    const { store } = storage.ledger;
    console.log(`Ledger on ${storage.description}, fsync on; ${RUN_MS / 1_000} s each.\n`);
    const rows: [string, Figures, number][] = [];
    const measure = async (name: string, events: number, run: () => Promise<Figures>): Promise<Figures> => {
      const figures = await run();
      rows.push([name, figures, events]);
      return figures;
    };
    await appendLoop(store, 4, 1);
    // In turns, and the median of each: what the machine does to one, it does to the other.
    const naiveRuns: Figures[] = [];
    const preparedRuns: Figures[] = [];
    const appendRuns: Figures[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      naiveRuns.push(await naiveLoop(storage, 16, false));
      preparedRuns.push(await naiveLoop(storage, 16, true));
      appendRuns.push(await appendLoop(store, 16, 1));
    }
    const naive16 = await measure('naive insert, 16 streams', 1, async () => medianOf(naiveRuns));
    const prepared16 = await measure('the same, prepared', 1, async () => medianOf(preparedRuns));
    const one = await measure('append, 1 stream', 1, () => appendLoop(store, 1, 1));
    const sixteen = await measure('append, 16 streams', 1, async () => medianOf(appendRuns));
    const sixtyFour = await measure('append, 64 streams', 1, () => appendLoop(store, 64, 1));
    const fives = await measure('append of 5 events, 64 streams', 5, () => appendLoop(store, 64, 5));
    const read = await readLoop(storage);
    console.log(
      table([
        ['', 'appends/s', 'events/s', 'p50 ms', 'p99 ms'],
        ...rows.map(([name, { appendsPerSecond, p50Ms, p99Ms }, events]) => [
          name,
          count(appendsPerSecond),
          count(appendsPerSecond * events),
          p50Ms.toFixed(2),
          p99Ms.toFixed(2),
        ]),
        ['read all, raw', '', count(read.raw), '', ''],
        ['read all, decoded', '', count(read.decoded), '', ''],
      ]),
    );
    const shape = ({ appendsPerSecond, p50Ms, p99Ms }: Figures) => ({
      appendsPerSecond: Math.round(appendsPerSecond),
      p50Ms: round(p50Ms),
      p99Ms: round(p99Ms),
    });
    return {
      naive16: shape(naive16),
      naivePrepared16: shape(prepared16),
      streams1: shape(one),
      streams16: shape(sixteen),
      streams64: shape(sixtyFour),
      ratioToNaiveAt16: round(sixteen.appendsPerSecond / naive16.appendsPerSecond),
      ratioToPreparedAt16: round(sixteen.appendsPerSecond / prepared16.appendsPerSecond),
      eventsPerSecondInFives: Math.round(fives.appendsPerSecond * 5),
      readAllRawPerSecond: Math.round(read.raw),
      readAllDecodedPerSecond: Math.round(read.decoded),
    };
  });

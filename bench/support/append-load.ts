import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { newId } from '../../src/domain/ids.js';
import { callStream } from '../../src/domain/stream.js';
import type { EncodedEvent } from '../../src/ledger/event-store.js';
import { PostgresEventStore } from '../../src/ledger/postgres/postgres-event-store.js';

/** One turn's event: 200 bytes of data, a third of it encrypted. */
const DATA_BYTES = 200;

const tenantId = newId('tenant');

/** Writers that wait for their append before the next, one a stream, for a while. */
export interface AppendLoad {
  /**
   * `naive`: an insert a statement into a table of the same columns and indexes, with positions from a sequence: what one
   * would write first, and unsafe in order. `prepared`: as a named statement, which one would write next.
   */
  readonly kind: 'ledger' | 'naive' | 'prepared';
  readonly streams: number;
  /** In one append. */
  readonly events: number;
  readonly runMs: number;
  /** Of the naive inserts. */
  readonly connections: number;
  /** As login `ledger`, for the naive inserts as `projector`. */
  readonly connection: pg.ClientConfig;
}

export interface AppendTimes {
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
}

export const runAppendLoad = (load: AppendLoad): Promise<AppendTimes> =>
  load.kind === 'ledger' ? intoLedger(load) : intoNaiveTable(load);

const intoLedger = async ({ connection, events, ...load }: AppendLoad): Promise<AppendTimes> => {
  const store = new PostgresEventStore(connection);
  const times = await loop({ ...load, events }, async (stream, append, batch) => {
    const expectedRevision = append === 0 ? 'none' : append * events - 1;
    await store.append(stream, batch, { expectedRevision, tenantId });
  });
  await store.close();
  return times;
};

const intoNaiveTable = async ({
  connection,
  connections,
  kind,
  ...load
}: AppendLoad): Promise<AppendTimes> => {
  const pool = new pg.Pool({ ...connection, max: connections });
  const text = `insert into read.naive (stream_name, revision, event_id, type, schema_version, tenant_id, data,
                correlation_id, metadata) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;
  const times = await loop({ ...load, events: 1 }, async (stream, revision, [one]) => {
    const { id, type, schemaVersion, data, metadata } = one as EncodedEvent;
    const rest = [tenantId, data, metadata.$correlationId, JSON.stringify(metadata)];
    const values = [stream, revision, id, type, schemaVersion, ...rest];
    await pool.query({ text, values, ...(kind === 'prepared' && { name: 'naive' }) });
  });
  await pool.end();
  return times;
};

/** Makes the table of the naive inserts for as long as the work takes. `connection`: as login `projector`. */
export const withNaiveTable = async <T>(connection: pg.ClientConfig, work: () => Promise<T>): Promise<T> => {
  const admin = new pg.Client(connection);
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
  try {
    return await work();
  } finally {
    await admin.query('drop table read.naive; drop sequence read.naive_position');
    await admin.end();
  }
};

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

const loop = async (
  { streams, runMs, events }: Pick<AppendLoad, 'streams' | 'runMs' | 'events'>,
  append: (stream: string, append: number, batch: readonly EncodedEvent[]) => Promise<void>,
): Promise<AppendTimes> => {
  const latenciesMs: number[] = [];
  const startedAtMs = performance.now();
  await Promise.all(
    Array.from({ length: streams }, async () => {
      const stream = callStream(tenantId, `call_${randomBytes(13).toString('hex')}`);
      for (let at = 0; performance.now() - startedAtMs < runMs; at++) {
        // Made before the clock starts: it's the bench's own work.
        const batch = Array.from({ length: events }, event);
        const sentAtMs = performance.now();
        await append(stream, at, batch);
        latenciesMs.push(performance.now() - sentAtMs);
      }
    }),
  );
  return { latenciesMs, seconds: (performance.now() - startedAtMs) / 1_000 };
};

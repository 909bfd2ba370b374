import { createSecretKey, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { eventDefinitions } from '../../src/domain/events.js';
import { idFromHash, newId } from '../../src/domain/ids.js';
import { callStream } from '../../src/domain/stream.js';
import { Codec } from '../../src/ledger/codec/codec.js';
import { KeyRing } from '../../src/ledger/keys/key-ring.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { PostgresEventStore } from '../../src/ledger/postgres/postgres-event-store.js';
import { PostgresKeyStore } from '../../src/ledger/postgres/postgres-key-store.js';
import { turnCommitted } from './sample-calls.js';

/** Calls that speak in turn. */
const STREAMS = 20;

/** Rows in a bare table, or events in the ledger, appended evenly. */
export interface TailLoad {
  readonly kind: 'raw' | 'ledger';
  readonly events: number;
  readonly perSecond: number;
  /** As login `ledger`; for the raw rows as `projector`. */
  readonly connection: pg.ClientConfig;
  /** In base64. */
  readonly masterKey: string;
}

/** When each was handed over, by `nowMs`: by its number in the raw table, or by `<stream> <revision>`. */
export type SentTimes = Readonly<Record<string, number>>;

export const RAW_CHANNEL = 'bench_tail';

/** In ms since the epoch, finer than `Date.now`: two processes of a machine compare it. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

export const runTailLoad = (load: TailLoad): Promise<SentTimes> =>
  load.kind === 'raw' ? intoRawTable(load) : intoLedger(load);

/** The least that has to be done: an insert, a notification behind it. */
const intoRawTable = async (load: TailLoad): Promise<SentTimes> => {
  const pool = new pg.Pool({ ...load.connection, max: 1 });
  const data = randomBytes(200).toString('hex');
  const sent = await evenly(load, async (at, note) => {
    note(String(at));
    await pool.query('insert into read.raw_tail (id, data) values ($1, $2)', [at, data]);
    await pool.query(`select pg_notify('${RAW_CHANNEL}', '')`);
  });
  await pool.end();
  return sent;
};

const intoLedger = async (load: TailLoad): Promise<SentTimes> => {
  const keyStore = new PostgresKeyStore(load.connection);
  const keys = new KeyRing(keyStore, createSecretKey(Buffer.from(load.masterKey, 'base64')));
  const store = new PostgresEventStore(load.connection);
  const ledger = new Ledger(store, new Codec(eventDefinitions, keys), keys);
  const tenantId = newId('tenant');
  const streams = await Promise.all(
    Array.from({ length: STREAMS }, async () => {
      const callId = idFromHash('call', randomBytes(16));
      await keys.createCallKey(tenantId, callId, callId);
      return callStream(tenantId, callId);
    }),
  );
  const sent = await evenly(load, async (at, note) => {
    const stream = streams[at % STREAMS] ?? '';
    const revision = Math.floor(at / STREAMS);
    note(`${stream} ${revision}`);
    await ledger.append(stream, [turnCommitted(revision + 1)], revision === 0 ? 'none' : revision - 1, {
      commandId: `${stream}:${revision}`,
      correlationId: stream,
      actor: { type: 'platform', id: 'bench-1' },
      occurredAt: new Date().toISOString(),
    });
  });
  await store.close();
  await keyStore.close();
  return sent;
};

/** One after the other in each stream, and several at once where one takes long. */
const evenly = async (
  { events, perSecond }: TailLoad,
  append: (at: number, note: (name: string) => void) => Promise<void>,
): Promise<SentTimes> => {
  const sent: Record<string, number> = {};
  const lanes: Promise<void>[] = Array.from({ length: STREAMS }, () => Promise.resolve());
  const startedAtMs = nowMs();
  for (let at = 0; at < events; at++) {
    const waitMs = startedAtMs + (at * 1_000) / perSecond - nowMs();
    if (waitMs > 0) await sleep(waitMs);
    const lane = at % STREAMS;
    lanes[lane] = (lanes[lane] as Promise<void>).then(() =>
      append(at, (name) => {
        sent[name] = nowMs();
      }),
    );
  }
  await Promise.all(lanes);
  return sent;
};

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { findCall, listCalls, listTurns } from '../../projections/calls/queries.js';
import { projections } from '../../projections/index.js';
import { projectionNamed } from '../../projections/runtime/operations.js';
import { rebuild } from '../../projections/runtime/rebuild.js';
import { retryParked } from '../../projections/runtime/retry-parked.js';
import { ProjectionRunner } from '../../projections/runtime/runner.js';
import { projectionStatus } from '../../projections/runtime/status.js';
import { columnName } from '../../projections/runtime/table.js';
import type { CallEvent } from '../../src/domain/call/events.js';
import { silentLogger } from '../../src/domain/logger.js';
import { callStream } from '../../src/domain/stream.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { openStorage, type Storage } from '../../src/main/storage.js';
import { applyErasure } from '../../src/tenancy/erasure.js';
import { type TestCall, testCall } from '../support/call-events.js';
import { testContext } from '../support/ledger.js';
import { testSecrets } from '../support/platform.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { until } from '../support/postgres/until.js';

const tenantId = 'tnt_00000000000000000000000001';
const otherTenant = 'tnt_00000000000000000000000002';

describe('the projections', () => {
  let database: TestDatabase;
  let storage: Storage;
  let runners: ProjectionRunner[];

  beforeEach(async () => {
    database = await createTestDatabase();
    storage = await openTestStorage();
    runners = [];
  });

  /** As a process of its own has it. */
  const openTestStorage = (): Promise<Storage> =>
    openStorage({ databaseUrl: database.url, dataDir: '', secrets: testSecrets, logger: silentLogger });

  afterEach(async () => {
    await Promise.all(runners.map((runner) => runner.stop()));
    await storage.close();
    await database.drop();
  });

  const startRunner = ({ ledger }: Pick<Storage, 'ledger'> = storage): ProjectionRunner => {
    const connection = storage.connection('projector');
    const runner = new ProjectionRunner({ ledger, connection, projections, logger: silentLogger });
    runners.push(runner);
    runner.start();
    return runner;
  };

  const append = async ({ callId, contactId, events }: TestCall, tenant = tenantId): Promise<void> => {
    await storage.ledger.keys.createCallKey(tenant, contactId, callId);
    await storage.ledger.append(callStream(tenant, callId), events, 'none', testContext(callId));
  };

  const caughtUp = async (): Promise<void> => {
    const { store } = storage.ledger;
    const head = await store.head();
    const names = projections.map(({ name }) => name);
    await until('the projections have everything', async () => {
      const reached = await storage.readModels.reached(names, (a, b) => store.comparePositions(a, b));
      return reached === head;
    });
  };

  const rebuildAll = async (): Promise<void> => {
    const { ledger } = storage;
    const { signal } = new AbortController();
    for (const projection of projections) {
      await rebuild(projection, { ledger, connection: storage.connection('projector'), signal });
    }
  };

  /** Every row of every read table, in order. */
  const allRows = async (): Promise<Record<string, unknown[]>> => {
    const client = new pg.Client(storage.connection('operator'));
    await client.connect();
    const tables: Record<string, unknown[]> = {};
    for (const { version, folds } of projections) {
      for (const { table } of folds) {
        const key = table.key.map(columnName).join(', ');
        const { rows } = await client.query(`select * from read.${table.name}_v${version} order by ${key}`);
        tables[table.name] = rows;
      }
    }
    await client.end();
    return tables;
  };

  /** The audit tells where and when each event was stored: the order is what it's about. */
  const rowsBesideTheAudit = async () => {
    const { audit_entries: _, ...others } = await allRows();
    return others;
  };

  it('show a call as its events tell it', async () => {
    startRunner();
    const call = testCall(3);
    await append(call);
    await caughtUp();
    const reader = storage.readModels.forTenant(tenantId);
    expect(await findCall(reader, call.callId)).toMatchObject({
      callId: call.callId,
      status: 'COMPLETED',
      fromNumber: '+14155550123',
      turnCount: 3,
      interruptions: 1,
      endReason: 'caller_hung_up',
      durationMs: 8_900,
      carrierDurationSeconds: 9,
      receivedAt: '2026-11-21T12:00:00Z',
    });
    const turns = await listTurns(reader, [call.callId]);
    expect(
      turns.map(({ turn, callerText, agentHeardText, interrupted }) => [
        turn,
        callerText,
        agentHeardText,
        interrupted,
      ]),
    ).toEqual([
      [0, null, 'Hello', false],
      [1, 'question 1', 'answer 1', false],
      [2, 'question 2', 'answer 2', false],
      [3, 'question 3', 'answer', true],
    ]);
  });

  it('are equal after they were thrown away and replayed', async () => {
    startRunner();
    for (let turns = 0; turns < 8; turns++) await append(testCall(turns));
    await caughtUp();
    const before = await allRows();
    expect(before.calls).toHaveLength(8);
    await rebuildAll();
    expect(await allRows()).toEqual(before);
  });

  it('count what they skip, since only a newer program knows it, and tell how long a batch took', async () => {
    startRunner();
    const call = testCall(1);
    await append(call);
    await caughtUp();
    const statusOf = async () => {
      const connection = storage.connection('operator');
      return projectionStatus(projections, { ledger: storage.ledger, connection });
    };
    expect((await statusOf()).map(({ skippedEvents }) => skippedEvents)).toEqual(projections.map(() => 0));
    const { store } = storage.ledger;
    const stream = callStream(tenantId, call.callId);
    for (const suffix of ['01', '02']) {
      const last = (await store.readStream(stream)).at(-1);
      if (!last) throw new Error('nothing was appended');
      const unheardOf = { ...last, id: `00000000-0000-5000-8000-0000000000${suffix}`, type: 'CallWhispered' };
      await store.append(stream, [unheardOf], { expectedRevision: last.revision, tenantId });
      await caughtUp();
    }
    const after = await statusOf();
    expect(after.map(({ skippedEvents, parked }) => [skippedEvents, parked])).toEqual(
      projections.map(() => [2, []]),
    );
    for (const { batchEvents, batchMs } of after) {
      expect(batchEvents).toBeGreaterThan(0);
      expect(batchMs).toBeGreaterThan(0);
    }
    await rebuildAll();
    expect((await statusOf()).map(({ skippedEvents }) => skippedEvents)).toEqual(projections.map(() => 2));
  });

  it('have nothing of a rebuild that failed, and stay as they were', async () => {
    startRunner();
    await append(testCall(1));
    await caughtUp();
    const before = await allRows();
    const connection = storage.connection('projector');
    const ledger = Object.assign(Object.create(storage.ledger) as Ledger, {
      readAll: () => {
        throw new Error('the disk is gone');
      },
    });
    const failing = projections.map((projection) =>
      rebuild(projection, { ledger, connection, signal: new AbortController().signal }),
    );
    for (const outcome of await Promise.allSettled(failing)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'the disk is gone' } });
    }
    const status = await projectionStatus(projections, { ledger: storage.ledger, connection });
    expect(status.map(({ generation, state }) => [generation, state])).toEqual(
      projections.map(() => [1, 'live']),
    );
    expect(await allRows()).toEqual(before);
  });

  it('miss no row when they are rebuilt while calls come in, and fail no query', async () => {
    startRunner();
    for (let at = 0; at < 20; at++) await append(testCall(2));
    await caughtUp();
    let isDone = false;
    let queries = 0;
    const reader = storage.readModels.forTenant(tenantId);
    const reading = (async () => {
      while (!isDone) {
        expect((await listCalls(reader, { first: 100, after: null }, {})).rows.length).toBeGreaterThanOrEqual(
          20,
        );
        queries++;
      }
    })();
    const writing = (async () => {
      for (let at = 0; at < 40; at++) await append(testCall(1));
    })();
    await rebuildAll();
    await writing;
    await caughtUp();
    isDone = true;
    await reading;
    expect(queries).toBeGreaterThan(0);
    const grown = await allRows();
    expect(grown.calls).toHaveLength(60);
    await rebuildAll();
    expect(await allRows()).toEqual(grown);
  });

  it('catch up on thousands of events over several connections, and miss nothing where these are lost', async () => {
    await Promise.all(Array.from({ length: 40 }, () => append(testCall(40))));
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    startRunner();
    const fed = await until('they are fed over several connections', async () => {
      const { rows } = await client.query<{ lost: boolean }>(
        `select pg_terminate_backend(pid) as lost from pg_stat_activity
         where datname = current_database() and application_name = 'ledgerline-projector'
           and (select count(*) from pg_stat_activity
             where datname = current_database() and application_name = 'ledgerline-projector'
               and xact_start is not null) > 1`,
      );
      return rows.length > 0 && rows;
    });
    expect(fed.length).toBeGreaterThan(2);
    await client.end();
    await caughtUp();
    const before = await allRows();
    expect(before.calls).toHaveLength(40);
    await rebuildAll();
    expect(await allRows()).toEqual(before);
  });

  it('are fed by one process at a time, and by the next when it stops', async () => {
    const first = startRunner();
    await append(testCall(1));
    await caughtUp();
    startRunner();
    await first.stop();
    await append(testCall(1));
    await caughtUp();
    expect((await allRows()).calls).toHaveLength(2);
  });

  it('park the stream of an event that cannot be read, and go on with the others', async () => {
    startRunner();
    const [bad, good] = [testCall(1), testCall(1)];
    await append(bad);
    const { store } = storage.ledger;
    const stream = callStream(tenantId, bad.callId);
    const last = (await store.readStream(stream)).at(-1);
    if (!last) throw new Error('nothing was appended');
    const event = {
      ...last,
      id: '00000000-0000-5000-8000-000000000001',
      data: '{"nonsense":true}',
    };
    await store.append(stream, [event], { expectedRevision: last.revision, tenantId });
    await append(good);
    await caughtUp();
    expect((await allRows()).calls).toHaveLength(2);
    const client = new pg.Client(storage.connection('projector'));
    await client.connect();
    const { rows } = await client.query(
      'select name, stream_name, error from ops.parked_streams order by name',
    );
    await client.end();
    expect(rows).toHaveLength(projections.length);
    expect(rows[0]).toMatchObject({ stream_name: stream, error: expect.stringContaining("can't be read") });
  });

  describe('bring back nobody, where a process has not heard of the erasure yet', () => {
    let call: TestCall;
    let stream: string;
    /** It carries the call, and has its key in its memory. */
    let unaware: Storage;

    beforeEach(async () => {
      call = testCall(1);
      stream = callStream(tenantId, call.callId);
      const runner = startRunner();
      await append(call);
      unaware = await openTestStorage();
      const [received] = await unaware.ledger.readStream(stream);
      expect(received?.data).toMatchObject({ from: '+14155550123' });
      await unaware.ledger.keys.callKey(tenantId, call.callId);
      const contact = { tenantId, kind: 'contact', subjectId: call.contactId, generation: 1 } as const;
      await applyErasure(storage.ledger, { ...contact, format: 1, command: testContext('erasure') });
      await caughtUp();
      await runner.stop();
    });
    afterEach(() => unaware.close());

    it('and retries a parked stream', async () => {
      const connection = storage.connection('projector');
      const client = new pg.Client(connection);
      await client.connect();
      await client.query(
        `insert into ops.parked_streams (name, version, generation, stream_name, position, error)
         select name, version, generation, $1, '1', 'by hand' from ops.projections where name = 'calls'`,
        [stream],
      );
      await client.end();
      await retryParked(projectionNamed(projections, 'calls'), stream, {
        ledger: unaware.ledger,
        connection,
      });
      const reader = storage.readModels.forTenant(tenantId);
      expect(await findCall(reader, call.callId)).toMatchObject({ fromNumber: null, turnCount: 1 });
    });

    it('and goes on feeding them, with what was encrypted before', async () => {
      const { ledger } = unaware;
      const said = { turn: 2, startedMs: 1, endedMs: 2, confidence: 1, endpointing: 'transcript' } as const;
      const turn: CallEvent = {
        type: 'CallerTurnCommitted',
        data: { ...said, text: 'My name is Ada.' },
      };
      await ledger.append(stream, [turn], call.events.length - 1, testContext('late'));
      startRunner(unaware);
      await caughtUp();
      const reader = storage.readModels.forTenant(tenantId);
      const turns = await listTurns(reader, [call.callId]);
      expect(turns.at(-1)).toMatchObject({ turn: 2, callerText: null });
    });
  });

  it('give the same rows whatever the order of the streams, and whatever the size of the batches', async () => {
    const calls = Array.from({ length: 12 }, (_, at) => testCall(at % 4));
    for (const call of calls) await append(call);
    await rebuildAll();
    const before = await rowsBesideTheAudit();
    await storage.close();
    await database.drop();

    database = await createTestDatabase();
    storage = await openStorage({
      databaseUrl: database.url,
      dataDir: '',
      secrets: testSecrets,
      logger: silentLogger,
    });
    startRunner();
    // Interleaved, the last call first, an event at a time.
    const queues = [...calls]
      .reverse()
      .map(({ callId, contactId, events }) => ({ callId, contactId, events: [...events] }));
    for (const { callId, contactId } of queues)
      await storage.ledger.keys.createCallKey(tenantId, contactId, callId);
    for (let revision = -1; queues.some(({ events }) => events.length > 0); revision++) {
      for (const { callId, events } of queues) {
        const event = events.shift();
        if (!event) continue;
        const context = testContext(`${callId}:${revision}`);
        await storage.ledger.append(
          callStream(tenantId, callId),
          [event],
          revision < 0 ? 'none' : revision,
          context,
        );
      }
    }
    await caughtUp();
    expect(await rowsBesideTheAudit()).toEqual(before);
  });

  describe('hold a tenant to its own rows', () => {
    const rowsAs = async (login: 'api' | 'operator' | 'ledger', statement: string): Promise<unknown[]> => {
      const client = new pg.Client(storage.connection(login));
      await client.connect();
      try {
        const result = (await client.query(statement)) as unknown as pg.QueryResult | pg.QueryResult[];
        return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows;
      } finally {
        await client.end();
      }
    };

    beforeEach(async () => {
      startRunner();
      await append(testCall(1));
      await append(testCall(1), otherTenant);
      await caughtUp();
    });

    it('in queries', async () => {
      const rows = await listCalls(storage.readModels.forTenant(tenantId), { first: 100, after: null }, {});
      expect(rows.rows.map((row) => row.tenantId)).toEqual([tenantId]);
      const all = await listCalls(storage.readModels.forOperator(), { first: 100, after: null }, {});
      expect(all.rows).toHaveLength(2);
    });

    it('in PostgreSQL itself, through the views and past them', async () => {
      expect(await rowsAs('api', 'select * from read.calls_v3')).toEqual([]);
      const mine = `select set_config('ledgerline.tenant_id', '${tenantId}', false); select tenant_id from`;
      expect(await rowsAs('api', `${mine} read.calls_v3`)).toEqual([{ tenant_id: tenantId }]);
      expect(await rowsAs('api', `${mine} read.calls_v3_g1`)).toEqual([{ tenant_id: tenantId }]);
      expect(await rowsAs('operator', 'select tenant_id from read.calls_v3')).toHaveLength(2);
    });

    it('and keep the ledger, the keys and each other from each login', async () => {
      const denied = { code: '42501' };
      await expect(rowsAs('api', 'select * from ledger.events')).rejects.toMatchObject(denied);
      await expect(rowsAs('api', 'select * from keys.data_keys')).rejects.toMatchObject(denied);
      await expect(rowsAs('operator', 'select * from ledger.events')).rejects.toMatchObject(denied);
      await expect(rowsAs('ledger', 'select * from read.calls_v3')).rejects.toMatchObject(denied);
      await expect(rowsAs('ledger', 'delete from ledger.events')).rejects.toMatchObject(denied);
    });
  });
});

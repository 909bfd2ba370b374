import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { findCall } from '../../projections/calls/queries.js';
import { projections } from '../../projections/index.js';
import { inTransaction, promote, startBuilding } from '../../projections/runtime/generations.js';
import { promoteBuilt, rebuild } from '../../projections/runtime/rebuild.js';
import { ProjectionRunner } from '../../projections/runtime/runner.js';
import { viewName } from '../../projections/runtime/table.js';
import type { ApiFailure } from '../../src/client/api-client.js';
import { CallBySid, CreateTenant } from '../../src/client/operations.js';
import { silentLogger } from '../../src/domain/logger.js';
import { platformCommand } from '../../src/main/demo-login.js';
import { applyErasure } from '../../src/tenancy/erasure.js';
import {
  createTestTenant,
  newNumber,
  startTestPlatform,
  type TestPlatform,
  type TestTenant,
} from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { differenceOf, foldedTables, generationsThere, shownTables } from '../support/read-tables.js';
import { WrittenCall } from '../support/written-call.js';

jest.setTimeout(120_000);

const ROUNDS = 2;
/** Between two works of one kind: a machine that does nothing else has no time to rebuild. */
const PACE_MS = 20;
const views = projections.flatMap(({ version, folds }) => folds.map(({ table }) => viewName(table, version)));

describe('the read models, rebuilt while the platform works', () => {
  let platform: TestPlatform;
  let tenant: TestTenant;
  let projector: pg.Client;
  beforeEach(async () => {
    platform = await startTestPlatform();
    tenant = await createTestTenant(platform);
    projector = new pg.Client(platform.storage.connection('projector'));
    await projector.connect();
  });
  afterEach(async () => {
    await projector.end();
    await platform.close();
  });

  const options = () => ({
    ledger: platform.storage.ledger,
    connection: platform.storage.connection('projector'),
    signal: new AbortController().signal,
  });

  const caughtUp = async () => {
    const { ledger } = platform.storage;
    await until('the read models have everything', async () => {
      const head = await ledger.store.head();
      const { rows } = await projector.query("select position from ops.projections where state = 'live'");
      return rows.length === projections.length && rows.every(({ position }) => position === head);
    });
  };

  const expectWhole = async () => {
    const { ledger } = platform.storage;
    const difference = await until('nothing is sealed meanwhile', async () => {
      const head = await ledger.store.head();
      await caughtUp();
      const found = differenceOf(await shownTables(projector), await foldedTables(ledger));
      return head === (await ledger.store.head()) && found;
    });
    expect(difference).toEqual([]);
  };

  const newCall = () => new WrittenCall(platform.storage.ledger, tenant.tenantId, 2);

  /** What the platform itself has appended, of its own accord: by type, without seals. */
  const doneByReactors = async (): Promise<Readonly<Record<string, number>>> => {
    const done: Record<string, number> = {};
    for await (const { events } of platform.storage.ledger.store.readAll()) {
      for (const { type, metadata } of events) {
        if (metadata.actor.type !== 'platform' || metadata.actor.id === 'test') continue;
        if (type !== 'LedgerSealed') done[type] = (done[type] ?? 0) + 1;
      }
    }
    return done;
  };

  it('fail no query, miss no row at any switch, and have no reactor act again', async () => {
    const { storage, admin } = platform;
    const userId = await platform.platform.users.register(
      { email: 'ada@example.com', password: 'long enough', firstName: '', lastName: '', platformRole: null },
      platformCommand(),
    );
    const user = { tenantId: 'sys', kind: 'user', subjectId: userId, generation: 1 } as const;
    await applyErasure(storage.ledger, { format: 1, ...user, command: platformCommand() });
    const before = await until('the reactors have acted', async () => {
      const done = await doneByReactors();
      return done.Released === 1 && done;
    });

    let isOver = false;
    const whileItLasts = async (work: () => Promise<unknown>): Promise<number> => {
      let times = 0;
      for (; !isOver; times++) {
        await work();
        await sleep(PACE_MS);
      }
      return times;
    };
    const writeCall = async () => {
      const call = newCall();
      await call.until('GreetingSpoken');
      await call.toItsEnd();
    };
    let made = 0;
    let late = 0;
    const writeTenant = async () => {
      const input = { name: 'Acme', phoneNumber: newNumber() };
      const answer = await admin.request(CreateTenant, { input }).catch((error: ApiFailure) => {
        if (error.errors[0]?.extensions.code !== 'RETRY_LATER') throw error;
        late++;
      });
      if (!answer) return;
      made++;
      // Its own write is there, whichever generation answers.
      expect(answer.createTenant.tenant?.phoneNumbers).toHaveLength(1);
    };
    const known = newCall();
    await known.toItsEnd();
    await caughtUp();
    const readOne = async () => {
      const { call } = await tenant.client.request(CallBySid, { callSid: known.callSid });
      expect(call?.turns).toHaveLength(3);
      const row = await findCall(storage.readModels.forTenant(tenant.tenantId), known.callId);
      expect(row?.status).toBe('COMPLETED');
    };
    const counts = new Map<string, number>();
    const operator = new pg.Client(storage.connection('operator'));
    operator.on('error', () => undefined);
    await operator.connect();
    const readAll = async () => {
      for (const view of views) {
        const { rows } = await operator.query<{ rows: string }>(`select count(*) as rows from read.${view}`);
        const found = Number(rows[0]?.rows);
        expect(found).toBeGreaterThanOrEqual(counts.get(view) ?? 0);
        counts.set(view, found);
      }
    };
    const compare = (a: string, b: string) => storage.ledger.store.comparePositions(a, b);
    let reached = '0';
    const readPosition = async () => {
      const names = projections.map(({ name }) => name);
      const position = (await storage.readModels.reached(names, compare)) ?? '0';
      expect(compare(position, reached)).toBeGreaterThanOrEqual(0);
      reached = position;
    };

    const load = Promise.all(
      [writeCall, writeCall, writeTenant, readOne, readAll, readPosition].map(whileItLasts),
    );
    // A failure under load is told at once, not after the rebuilds.
    const rebuilds = async () => {
      for (let round = 0; round < ROUNDS; round++) {
        for (const projection of projections) await rebuild(projection, options());
      }
    };
    await Promise.race([rebuilds(), load]);
    isOver = true;
    for (const times of await load) expect(times).toBeGreaterThan(ROUNDS);
    expect(made).toBeGreaterThan(0);
    await operator.end();
    // The read models are never behind for long.
    expect(late).toBeLessThanOrEqual(2);

    await expectWhole();
    expect(await doneByReactors()).toEqual(before);
    const { tables, live, building } = await generationsThere(projector);
    expect([tables, building]).toEqual([live, 0]);
  });

  const [calls] = projections.filter(({ name }) => name === 'calls');
  if (!calls) throw new Error('there is no projection of calls');

  /** As the next process that feeds them. */
  const restartRunner = async () => {
    const runner = new ProjectionRunner({ ...options(), projections, logger: silentLogger });
    // It stands by until the platform's own gives up.
    runner.start();
    await projector.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'ledgerline-projector' and datname = current_database()`,
    );
    return runner;
  };

  it('forget what a rebuild has left that died right behind its switch', async () => {
    await newCall().toItsEnd();
    await caughtUp();
    const { generation } = await startBuilding(projector, calls);
    await inTransaction(projector, () => promote(projector, calls, generation, generation - 1));
    expect((await generationsThere(projector)).tables).toContain('calls_v3_g1');
    const runner = await restartRunner();
    try {
      await until('the tables are gone', async () => {
        const { tables, live } = await generationsThere(projector);
        return tables.length === live.length;
      });
      await expectWhole();
    } finally {
      await runner.stop();
    }
  });

  it('keep what a rebuild was told to hold, and switch to it with all that came since', async () => {
    await newCall().toItsEnd();
    const { generation } = await rebuild(calls, { ...options(), hold: true });
    const runner = await restartRunner();
    try {
      for (let more = 0; more < 5; more++) await newCall().toItsEnd();
      await caughtUp();
      const another = rebuild(calls, { ...options(), hold: true });
      await expect(another).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringMatching(/^Projection calls has generation \d+ held beside .*promote calls/),
      });
      expect((await generationsThere(projector)).building).toBe(1);
      expect(await promoteBuilt(calls, options())).toBe(generation);
      await expectWhole();
    } finally {
      await runner.stop();
    }
  });
});

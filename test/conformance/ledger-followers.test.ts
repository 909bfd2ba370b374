import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { projections } from '../../projections/index.js';
import { ProjectionRunner } from '../../projections/runtime/runner.js';
import { loginConfig } from '../../src/database/roles.js';
import { ErrorCode } from '../../src/domain/errors.js';
import { eventDefinitions } from '../../src/domain/events.js';
import { newId } from '../../src/domain/ids.js';
import { type Logger, silentLogger } from '../../src/domain/logger.js';
import { accessStream } from '../../src/domain/stream.js';
import { Codec } from '../../src/ledger/codec/codec.js';
import { EventStoreDbEventStore } from '../../src/ledger/eventstoredb/eventstoredb-event-store.js';
import { KeyRing } from '../../src/ledger/keys/key-ring.js';
import { Ledger, type LedgerRecord } from '../../src/ledger/ledger.js';
import { LedgerTail } from '../../src/ledger/tail.js';
import { PostgresReactorCheckpoint } from '../../src/tenancy/workflows/checkpoint.js';
import { WorkflowReactor } from '../../src/tenancy/workflows/reactor.js';
import { defineWorkflow } from '../../src/tenancy/workflows/workflow.js';
import { EventStoreDbEmulator } from '../emulators/eventstoredb/emulator.js';
import { testContext } from '../support/ledger.js';
import { MemoryKeyStore } from '../support/memory-key-store.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { until } from '../support/postgres/until.js';
import { differenceOf, foldedTables, shownTables } from '../support/read-tables.js';
import { testMasterKey } from '../support/secrets.js';
import { WrittenCall } from '../support/written-call.js';

const LOST = /no longer has the event at position \d+ that was processed/;
const MOMENTS = ['while they ran', 'while they were stopped'] as const;
const REFUSED = /^EventStoreDB refuses these credentials; check the user and its rights in EVENTSTORE_URL\./;

describe('who follows a ledger in EventStoreDB', () => {
  const tenantId = newId('tenant');
  let server: EventStoreDbEmulator;
  let database: TestDatabase;
  let ledger: Ledger;
  let running: { stop(): Promise<void> }[];
  let logged: string[];

  const say = ({ error }: { error?: string }, message: string) => void logged.push(error ?? message);
  const logger: Logger = { ...silentLogger, warn: say, error: say };

  beforeEach(async () => {
    server = await EventStoreDbEmulator.start();
    database = await createTestDatabase();
    const keys = new KeyRing(new MemoryKeyStore(), testMasterKey);
    ledger = new Ledger(new EventStoreDbEventStore(server.url()), new Codec(eventDefinitions, keys), keys);
    running = [];
    logged = [];
  });
  afterEach(async () => {
    for (const follower of running) await follower.stop();
    await ledger.store.close();
    await database.drop();
    await server.close();
  });

  const append = async (subject: string) => {
    const event = { type: 'RecordsRead', data: { permission: 'calls:read', subject } } as const;
    const stream = accessStream(tenantId, randomUUID().replaceAll('-', ''));
    // The client finds its server again when it's asked.
    await until('it is stored', () =>
      ledger.append(stream, [event], 'none', testContext(subject)).catch(() => false as const),
    );
  };

  /** What a live view is told. */
  const startTail = async (onLost: (error: unknown) => void = () => undefined): Promise<string[]> => {
    const told: string[] = [];
    const tail = new LedgerTail(ledger, logger);
    const onEvent = (event: LedgerRecord) => {
      if (event.type === 'RecordsRead') told.push(event.data.subject ?? '');
    };
    tail.followAll(onEvent, onLost);
    await tail.start();
    running.push(tail);
    return told;
  };

  /** Which workflows a reactor finishes. */
  const startReactor = async (): Promise<string[]> => {
    const finished: string[] = [];
    const finish = async ({ data }: { data: { subject?: string | null } }) => {
      finished.push(data.subject ?? '');
    };
    const reactor = new WorkflowReactor({
      ledger,
      checkpoint: new PostgresReactorCheckpoint(connection('ledger'), 'test'),
      workflows: [defineWorkflow({ startsWith: 'RecordsRead', afterMs: 0, finish })],
      logger,
      now: Date.now,
    });
    reactor.start();
    running.push(reactor);
    return finished;
  };

  const startProjections = async (): Promise<void> => {
    const runner = new ProjectionRunner({ ledger, connection: connection('projector'), projections, logger });
    runner.start();
    running.push(runner);
  };

  /** Until the read models are what the whole ledger makes of them. */
  const whenShown = (): Promise<unknown> =>
    until('the read models have everything', async () => {
      const client = new pg.Client(connection('projector'));
      await client.connect();
      try {
        const { rows } = await client.query("select position from ops.projections where state = 'live'");
        const head = await ledger.store.head();
        const areThere =
          rows.length === projections.length && rows.every(({ position }) => position === head);
        return areThere && differenceOf(await shownTables(client), await foldedTables(ledger)).length === 0;
      } finally {
        await client.end();
      }
    });

  const connection = (login: 'ledger' | 'projector') => loginConfig(database.url, testMasterKey, login);

  describe('that has lost its newest events', () => {
    /** As a failover to a node does that didn't have them yet. `start`: of who is stopped meanwhile, where it is. */
    const lose = async (
      count: number,
      moment: (typeof MOMENTS)[number] = 'while they ran',
      start: () => Promise<void> = async () => undefined,
    ): Promise<void> => {
      const isStopped = moment === 'while they were stopped';
      if (isStopped) await running.pop()?.stop();
      server.stop();
      server.log.truncate(count);
      // A new leader writes of itself first.
      server.log.appendSystemEvent();
      await server.resume();
      if (isStopped) await start();
    };

    it('reads again what there is, and follows what comes: live views', async () => {
      const lost: unknown[] = [];
      const told = await startTail((error) => lost.push(error));
      for (const subject of ['A', 'B', 'C']) await append(subject);
      await until('they are told', async () => told.length === 3);
      await lose(2);
      await append('D');
      await until('it is told of the loss', async () => lost.length > 0);
      await append('E');
      await until('it is told', async () => told.includes('E'));
      // Who is told of the loss reads for itself what was there by then.
      expect(told.filter((subject) => subject !== 'D')).toEqual(['A', 'B', 'C', 'E']);
      expect(lost).toEqual([expect.objectContaining({ code: ErrorCode.EVENTS_LOST })]);
      expect(logged).toEqual([expect.stringMatching(LOST)]);
    });

    it.each(MOMENTS)('begins at its start again, %s: reactors', async (moment) => {
      let finished = await startReactor();
      for (const subject of ['A', 'B', 'C']) await append(subject);
      await until('they are finished', async () => finished.length === 3);
      await lose(1, moment, async () => {
        finished = await startReactor();
      });
      await append('D');
      await until('it is finished', async () => finished.includes('D'));
      expect(finished.slice(-3)).toEqual(['A', 'B', 'D']);
      expect(logged).toEqual([expect.stringMatching(LOST)]);
    });

    it.each(MOMENTS)('is shown as it is now, %s: read models', async (moment) => {
      await startProjections();
      for (let calls = 0; calls < 3; calls++) await new WrittenCall(ledger, tenantId, 2).toItsEnd();
      await whenShown();
      await lose(2, moment, startProjections);
      await append('D');
      await whenShown();
      expect(logged).toEqual([expect.stringMatching(LOST)]);
    });

    /** Who is stopped meanwhile finds another event in the place of the last one. `write` has one of the same size. */
    const replaceLast = async (write: () => Promise<unknown>, start: () => Promise<void>): Promise<void> => {
      const before = await ledger.store.head();
      await running.pop()?.stop();
      server.log.truncate(1);
      await server.restart();
      await write();
      expect(await ledger.store.head()).toBe(before);
      await start();
    };

    it.each(MOMENTS)(
      'is shown as it is now where another event has the place of the last one, %s: read models',
      async (moment) => {
        const write = () => new WrittenCall(ledger, tenantId, 2).until('CallReceived');
        await startProjections();
        await write();
        await whenShown();
        if (moment === 'while they were stopped') {
          await replaceLast(write, startProjections);
        } else {
          const before = await ledger.store.head();
          server.log.truncate(1);
          await server.restart();
          await write();
          expect(await ledger.store.head()).toBe(before);
        }
        await whenShown();
      },
    );

    it('is read from its start where another event has the place of the last one: reactors', async () => {
      let finished = await startReactor();
      for (const subject of ['A', 'B']) await append(subject);
      await until('they are finished', async () => finished.length === 2);
      await replaceLast(
        () => append('C'),
        async () => {
          finished = await startReactor();
        },
      );
      await until('all is finished', async () => finished.includes('C'));
      expect(finished).toEqual(['A', 'C']);
    });
  });

  describe('that refuses its user', () => {
    /** Until the refusal was said and met again and again; returns what was said. */
    const refuse = async (): Promise<readonly string[]> => {
      server.faults.access = 'unknown user';
      await server.restart();
      const before = server.refusals;
      await until('it was refused often', async () => server.refusals > before + 2);
      const said = [...logged];
      server.faults.access = 'granted';
      return said;
    };

    it('says so once, and goes on when it may again: live views', async () => {
      const told = await startTail();
      await append('A');
      await until('it is told', async () => told.includes('A'));
      expect(await refuse()).toEqual([expect.stringMatching(REFUSED)]);
      await append('B');
      await until('it is told', async () => told.includes('B'));
      expect(told).toEqual(['A', 'B']);
    });

    it('says so once, and goes on when it may again: reactors', async () => {
      const finished = await startReactor();
      await append('A');
      await until('it is finished', async () => finished.includes('A'));
      expect(await refuse()).toEqual([expect.stringMatching(REFUSED)]);
      await append('B');
      await until('it is finished', async () => finished.includes('B'));
      expect(finished).toEqual(['A', 'B']);
    });

    it('says so once, and goes on when it may again: projections', async () => {
      await startProjections();
      await append('A');
      await whenShown();
      expect(await refuse()).toEqual([expect.stringMatching(REFUSED)]);
      await append('B');
      await whenShown();
    });
  });
});

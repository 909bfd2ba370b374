import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { projections } from '../../projections/index.js';
import { ProjectionRunner } from '../../projections/runtime/runner.js';
import { loginConfig } from '../../src/database/roles.js';
import { eventDefinitions } from '../../src/domain/events.js';
import { newId } from '../../src/domain/ids.js';
import { type Logger, silentLogger } from '../../src/domain/logger.js';
import { accessStream } from '../../src/domain/stream.js';
import { Codec } from '../../src/ledger/codec/codec.js';
import { EventStoreDbEventStore } from '../../src/ledger/eventstoredb/eventstoredb-event-store.js';
import { KeyRing } from '../../src/ledger/keys/key-ring.js';
import { Ledger } from '../../src/ledger/ledger.js';
import { LedgerTail } from '../../src/ledger/tail.js';
import { PostgresReactorCheckpoint } from '../../src/tenancy/workflows/checkpoint.js';
import { WorkflowReactor } from '../../src/tenancy/workflows/reactor.js';
import { defineWorkflow } from '../../src/tenancy/workflows/workflow.js';
import { EventStoreDbEmulator } from '../emulators/eventstoredb/emulator.js';
import { testContext } from '../support/ledger.js';
import { MemoryKeyStore } from '../support/memory-key-store.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { until } from '../support/postgres/until.js';
import { testMasterKey } from '../support/secrets.js';

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
  const startTail = async (): Promise<string[]> => {
    const told: string[] = [];
    const tail = new LedgerTail(ledger, logger);
    tail.followAll((event) => event.type === 'RecordsRead' && told.push(event.data.subject ?? ''));
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

  /** Returns when the read models have everything. */
  const startProjections = async (): Promise<() => Promise<void>> => {
    const runner = new ProjectionRunner({ ledger, connection: connection('projector'), projections, logger });
    runner.start();
    running.push(runner);
    return async () => {
      const head = await ledger.store.head();
      await until('the read models have everything', async () => {
        const positions = await livePositions();
        return positions.length === projections.length && positions.every((position) => position === head);
      });
    };
  };

  const connection = (login: 'ledger' | 'projector') => loginConfig(database.url, testMasterKey, login);

  const withProjector = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client(connection('projector'));
    await client.connect();
    return work(client).finally(() => client.end());
  };

  const livePositions = () =>
    withProjector(async (client) => {
      const { rows } = await client.query<{ position: string | null }>(
        "select position from ops.projections where state = 'live'",
      );
      return rows.map(({ position }) => position);
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
      const whenShown = await startProjections();
      await append('A');
      await whenShown();
      expect(await refuse()).toEqual([expect.stringMatching(REFUSED)]);
      await append('B');
      await whenShown();
    });
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { projections } from '../../projections/index.js';
import { prepareProjections } from '../../projections/runtime/prepare.js';
import { ProjectionRunner } from '../../projections/runtime/runner.js';
import { clusterPaths } from '../../src/database/embedded/cluster.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.js';
import { readPostmasterFile, signalPostmaster } from '../../src/database/embedded/postmaster.js';
import { prepareDatabase } from '../../src/database/prepare.js';
import { loginConfig } from '../../src/database/roles.js';
import { ErrorCode, isAppError } from '../../src/domain/errors.js';
import { newId } from '../../src/domain/ids.js';
import { silentLogger } from '../../src/domain/logger.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import { openLedger } from '../support/ledger.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { until } from '../support/postgres/until.js';
import { CRASH_SEED, randomFrom } from '../support/random.js';
import { differenceOf, foldedTables, generationsThere, shownTables } from '../support/read-tables.js';
import { runs } from '../support/runs.js';
import { testKeys, testMasterKey } from '../support/secrets.js';
import { WrittenCall } from '../support/written-call.js';

jest.setTimeout(runs(120_000));

/** Compiled, because a process of its own has no Jest to translate for it; `npm test` builds first. */
const PROGRAM = fileURLToPath(new URL('../../dist/test/support/projecting-process.js', import.meta.url));
const CALLS_BEFORE = 160;
const ROUNDS = runs(3);
const STOPS = runs(2);
/** A process is killed, or PostgreSQL stopped, within so long after the process has begun. */
const LONGEST_ROUND_MS = 700;

describe(`the read models, with a crash at any moment (CRASH_SEED=${CRASH_SEED})`, () => {
  const tenantId = newId('tenant');
  let directory: string;
  let postgres: EmbeddedPostgres;
  let ledger: Ledger;
  let closeLedger: () => Promise<void>;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    directory = await makeTestDirectory();
    postgres = await startEmbeddedPostgres({ dataDir: directory });
    await prepareDatabase({ adminUrl: postgres.superuserUrl(), ...testKeys });
    ({ ledger, close: closeLedger } = openLedger(postgres.superuserUrl()));
    await prepareProjections({ ledger, connection: projector(), projections, logger: silentLogger });
    for (let calls = 0; calls < CALLS_BEFORE; calls += 20) {
      await Promise.all(Array.from({ length: 20 }, () => new WrittenCall(ledger, tenantId, 4).toItsEnd()));
    }
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await closeLedger();
    await postgres.stop();
    await removeTestDirectory(directory);
  });

  const projector = () => loginConfig(postgres.superuserUrl(), testMasterKey, 'projector');

  const start = async (work: 'feed' | 'rebuild') => {
    const child = spawn(process.execPath, [PROGRAM, postgres.superuserUrl(), work], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const closed = once(child, 'close');
    await until('the process has begun', async () => lines.length > 0);
    return {
      lines,
      kill: async () => {
        child.kill('SIGKILL');
        const [, signal] = await closed;
        // Who ended before had something to complain of.
        expect(signal).toBe('SIGKILL');
      },
    };
  };

  /** Appends calls until it's told to stop. */
  const startWriting = () => {
    let isOver = false;
    const write = async () => {
      while (!isOver) {
        const call = new WrittenCall(ledger, tenantId, 2);
        await call.toItsEnd().catch((error: unknown) => {
          // PostgreSQL is stopped now and then; what became of the call, the ledger tells.
          const isAway =
            isAppError(error, ErrorCode.UNAVAILABLE) || isAppError(error, ErrorCode.OUTCOME_UNKNOWN);
          if (!isAway) throw error;
        });
        await sleep(5);
      }
    };
    const writing = Promise.all([write(), write()]);
    return async () => {
      isOver = true;
      await writing;
    };
  };

  const stopPostgresAtOnce = async () => {
    const { pgdata } = await clusterPaths(directory);
    const file = await readPostmasterFile(pgdata);
    if (!file) throw new Error('PostgreSQL does not run');
    await signalPostmaster(file.pid, 'QUIT');
  };

  const connect = (): Promise<pg.Client> =>
    until('PostgreSQL is back', async () => {
      const client = new pg.Client(projector());
      client.on('error', () => undefined);
      return client.connect().then(
        () => client,
        () => undefined,
      );
    });

  /** After the next start everything is there once, and nothing is left over. */
  const expectWhole = async () => {
    const client = await connect();
    const runner = new ProjectionRunner({
      ledger,
      connection: projector(),
      projections,
      logger: silentLogger,
    });
    runner.start();
    try {
      await until('the read models have everything', async () => {
        // What PostgreSQL had taken when its client gave up may come late.
        const head = await ledger.store.head();
        const { rows } = await client.query("select position from ops.projections where state = 'live'");
        return rows.length === projections.length && rows.every(({ position }) => position === head);
      });
      expect((await client.query('select from ops.parked_streams')).rowCount).toBe(0);
      expect(differenceOf(await shownTables(client), await foldedTables(ledger))).toEqual([]);
      const { tables, live, building } = await generationsThere(client);
      expect(building).toBe(0);
      expect(tables).toEqual(live);
    } finally {
      await runner.stop();
      await client.end();
    }
  };

  it('lose and double nothing when the process that feeds them is killed in the middle of a batch', async () => {
    const next = randomFrom(CRASH_SEED);
    const stopWriting = startWriting();
    for (let round = 0; round < ROUNDS; round++) {
      const feeding = await start('feed');
      await sleep(next() * LONGEST_ROUND_MS);
      await feeding.kill();
    }
    await stopWriting();
    await expectWhole();
  });

  it('have nothing of a rebuild whose process is killed, and are whole', async () => {
    const next = randomFrom(CRASH_SEED + 1);
    const stopWriting = startWriting();
    const feeding = await start('feed');
    for (let round = 0; round < ROUNDS; round++) {
      const rebuilding = await start('rebuild');
      await sleep(next() * LONGEST_ROUND_MS);
      await rebuilding.kill();
    }
    await stopWriting();
    await feeding.kill();
    await expectWhole();
  });

  it('are whole when PostgreSQL is stopped at once while they are fed and rebuilt', async () => {
    const next = randomFrom(CRASH_SEED + 2);
    const stopWriting = startWriting();
    const [feeding, rebuilding] = [await start('feed'), await start('rebuild')];
    for (let round = 0; round < STOPS; round++) {
      const rebuilt = rebuilding.lines.length;
      await until('rebuilds go on', async () => rebuilding.lines.length > rebuilt);
      await sleep(next() * LONGEST_ROUND_MS);
      await stopPostgresAtOnce();
    }
    const rebuilt = rebuilding.lines.length;
    await until('rebuilds go on', async () => rebuilding.lines.length > rebuilt);
    await stopWriting();
    await rebuilding.kill();
    await feeding.kill();
    await expectWhole();
  });
});

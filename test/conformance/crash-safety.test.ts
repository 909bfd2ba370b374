import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { clusterPaths } from '../../src/database/embedded/cluster.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/database/embedded/embedded-postgres.js';
import { readPostmasterFile, signalPostmaster } from '../../src/database/embedded/postmaster.js';
import { prepareDatabase } from '../../src/database/prepare.js';
import { newId } from '../../src/domain/ids.js';
import type { StoredEvent } from '../../src/ledger/event-store.js';
import { openLedger } from '../support/ledger.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { until } from '../support/postgres/until.js';
import { CRASH_SEED, randomFrom } from '../support/random.js';
import { runs } from '../support/runs.js';
import { testKeys } from '../support/secrets.js';

jest.setTimeout(runs(120_000));

/** Compiled, because a process of its own has no Jest to translate for it; `npm test` builds first. */
const PROGRAM = fileURLToPath(new URL('../../dist/test/support/appending-process.js', import.meta.url));
const ROUNDS = runs(12);
/** So many events more are confirmed at most until the crash. */
const LONGEST_ROUND = 1_500;

describe(`the ledger, with a crash at any moment (CRASH_SEED=${CRASH_SEED})`, () => {
  const tenantId = newId('tenant');
  let directory: string;
  let postgres: EmbeddedPostgres;
  /** The last confirmed revision of each stream. */
  const confirmed = new Map<string, number>();
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    directory = await makeTestDirectory();
    postgres = await startEmbeddedPostgres({ dataDir: directory });
    await prepareDatabase({ adminUrl: postgres.superuserUrl(), ...testKeys });
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await postgres.stop();
    await removeTestDirectory(directory);
  });

  /** A process that appends until it's killed; what it was told goes to `confirmed`. */
  const startAppending = () => {
    const child = spawn(process.execPath, [PROGRAM, postgres.superuserUrl(), tenantId], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [stream = '', revision] = line.split(' ');
      confirmed.set(stream, Number(revision));
    });
    const closed = once(child, 'close');
    return {
      kill: async () => {
        child.kill('SIGKILL');
        const [, signal] = await closed;
        // Who ended before had something to complain of.
        expect(signal).toBe('SIGKILL');
      },
    };
  };

  const hasConfirmed = (more: number) => {
    const enough = total(confirmed) + more;
    return until(`${enough} events are confirmed`, async () => total(confirmed) >= enough);
  };

  let stoppedPid: number | undefined;
  /** What was confirmed before the last stop may be read after it: then the server isn't back yet. */
  const stopPostgresAtOnce = async () => {
    const { pgdata } = await clusterPaths(directory);
    const { pid } = await until('PostgreSQL is back', async () => {
      const file = await readPostmasterFile(pgdata);
      return file && file.pid !== stoppedPid && file;
    });
    stoppedPid = pid;
    await signalPostmaster(pid, 'QUIT');
  };

  const readAll = async (): Promise<readonly StoredEvent[]> => {
    const { ledger, close } = openLedger(postgres.superuserUrl());
    const events: StoredEvent[] = [];
    for await (const batch of ledger.store.readAll()) events.push(...batch.events);
    await close();
    return events;
  };

  /** Nothing lost, nothing doubled, nothing half. */
  const expectWhole = async () => {
    const events = await until('PostgreSQL is back', () => readAll().catch(() => undefined));
    expect(events.map(({ position }) => Number(position))).toEqual(events.map((_, at) => at + 1));
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    const streams = groupBy(events, ({ stream }) => stream);
    for (const [stream, revision] of confirmed) {
      const stored = streams.get(stream) ?? [];
      expect(stored.map((event) => event.revision)).toEqual(stored.map((_, at) => at));
      expect(stored.length).toBeGreaterThan(revision);
    }
    for (const stored of streams.values()) {
      // Commands in their order, each with all of its events: 1, 2, 3, 4, 1 …
      const commands = [...groupBy(stored, ({ metadata }) => metadata.$causationId).values()];
      expect(commands.map(({ length }) => length)).toEqual(commands.map((_, at) => 1 + (at % 4)));
    }
  };

  it('loses and doubles nothing when the process that appends is killed', async () => {
    const next = randomFrom(CRASH_SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const appending = startAppending();
      await hasConfirmed(1 + Math.floor(next() * LONGEST_ROUND));
      await appending.kill();
      await expectWhole();
    }
  });

  it('loses and doubles nothing when PostgreSQL is stopped at once, and goes on when it is back', async () => {
    const next = randomFrom(CRASH_SEED + 1);
    const appending = startAppending();
    for (let round = 0; round < ROUNDS / 2; round++) {
      await hasConfirmed(1 + Math.floor(next() * LONGEST_ROUND));
      await stopPostgresAtOnce();
    }
    await hasConfirmed(1);
    await appending.kill();
    await expectWhole();
  });
});

const total = (confirmed: ReadonlyMap<string, number>): number =>
  [...confirmed.values()].reduce((sum, revision) => sum + revision + 1, 0);

const groupBy = <Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): ReadonlyMap<string, Item[]> => {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(nameOf(item)) ?? [];
    group.push(item);
    groups.set(nameOf(item), group);
  }
  return groups;
};

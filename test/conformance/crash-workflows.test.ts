import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AssignPhoneNumber } from '../../src/client/operations.js';
import { newId } from '../../src/domain/ids.js';
import { numberStream } from '../../src/domain/stream.js';
import { Pseudonyms } from '../../src/ledger/keys/pseudonyms.js';
import type { LedgerRecord } from '../../src/ledger/ledger.js';
import { ownerOf } from '../../src/ledger/reserve.js';
import { platformCommand } from '../../src/main/demo-login.js';
import { applyErasure } from '../../src/tenancy/erasure.js';
import { createTenant } from '../../src/tenancy/tenants.js';
import { openLedger } from '../support/ledger.js';
import { createTestTenant, startTestPlatform, type TestPlatform } from '../support/platform.js';
import { until } from '../support/postgres/until.js';
import { CRASH_SEED, randomFrom } from '../support/random.js';
import { runs } from '../support/runs.js';
import { testIndexKey } from '../support/secrets.js';

jest.setTimeout(runs(60_000));

/** Compiled, because a process of its own has no Jest to translate for it; `npm test` builds first. */
const PROGRAM = fileURLToPath(new URL('../../dist/test/support/tenant-making-process.js', import.meta.url));
const ROUNDS = runs(6);
/** So many tenants are made at most until the process is killed. */
const LONGEST_ROUND = 40;
const pseudonyms = new Pseudonyms(testIndexKey);

const newTenant = (number: string) => ({
  tenantId: newId('tenant'),
  name: 'Acme',
  description: null,
  language: null,
  phoneNumber: { number, numberId: newId('number') },
  createdBy: 'usr_1',
});

describe(`workflows whose process is killed (CRASH_SEED=${CRASH_SEED})`, () => {
  let platform: TestPlatform;
  const wanted = new Set<string>();
  const made = new Set<string>();
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    platform = await startTestPlatform();
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await platform.close();
  });

  /** A process that makes tenants until it's killed. */
  const startMaking = () => {
    const child = spawn(process.execPath, [PROGRAM, platform.databaseUrl], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [what, number = ''] = line.split(' ');
      (what === 'made' ? made : wanted).add(number);
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

  const events = async (): Promise<readonly LedgerRecord[]> => {
    const all: LedgerRecord[] = [];
    for await (const batch of platform.storage.ledger.readAll())
      all.push(...(batch.events as LedgerRecord[]));
    return all;
  };

  it('are finished by the reactor; a number that nobody has is free after a minute', async () => {
    const next = randomFrom(CRASH_SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const making = startMaking();
      const enough = made.size + 1 + Math.floor(next() * LONGEST_ROUND);
      await until(`${enough} tenants are made`, async () => made.size >= enough);
      await making.kill();
    }
    const numbersOf = (all: readonly LedgerRecord[]) =>
      all.flatMap((event) => (event.type === 'PhoneNumberAdded' ? [event.data.number ?? ''] : []));
    const whole = await until('every tenant has its number', async () => {
      const all = await events();
      const tenants = all.flatMap((event) =>
        event.type === 'TenantCreated' ? [event.data.phoneNumber] : [],
      );
      return numbersOf(all).length === tenants.length && all;
    });
    const numbers = numbersOf(whole);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers).toEqual(expect.arrayContaining([...made]));
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);

    const options = { ledger: platform.storage.ledger, pseudonyms };
    const left = [...wanted].filter((number) => !numbers.includes(number));
    for (const number of left) {
      const inAMinute = new Date(Date.now() + 61_000).toISOString();
      await createTenant(options, newTenant(number), { ...platformCommand(), occurredAt: inAMinute });
    }
    const after = await events();
    for (const number of wanted) {
      const streams = after.flatMap((event) =>
        event.type === 'PhoneNumberAdded' && event.data.number === number ? [event.stream] : [],
      );
      expect(streams).toEqual([await ownerOf(options, 'number', number)]);
    }
  });

  it('give a number to exactly one of several processes that want it at once', async () => {
    const processes = Array.from({ length: 3 }, () => openLedger(platform.databaseUrl));
    try {
      for (const number of ['+14155559001', '+14155559002', '+14155559003']) {
        const tenants = [...processes, ...processes].map(({ ledger }) => ({ ledger, ...newTenant(number) }));
        const ends = await Promise.allSettled(
          tenants.map(({ ledger, ...tenant }) =>
            createTenant({ ledger, pseudonyms }, tenant, platformCommand()),
          ),
        );
        const winners = tenants.filter((_, at) => ends[at]?.status === 'fulfilled');
        const [winner] = winners;
        expect(winners).toHaveLength(1);
        expect(await ownerOf({ ledger: platform.storage.ledger, pseudonyms }, 'number', number)).toBe(
          winner && numberStream(winner.tenantId, winner.phoneNumber.numberId),
        );
        for (const end of ends) {
          if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'ALREADY_EXISTS' });
        }
      }
    } finally {
      for (const process of processes) await process.close();
    }
  });

  it('let others have the e-mail of an erased user, and the numbers of an erased tenant', async () => {
    const { ledger } = platform.storage;
    const person = {
      email: 'ada@example.com',
      password: 'correct horse battery',
      firstName: 'Ada',
      lastName: 'Lovelace',
      platformRole: null,
    };
    const userId = await platform.platform.users.register(person, platformCommand());
    const user = { tenantId: 'sys', kind: 'user', subjectId: userId, generation: 1 } as const;
    await applyErasure(ledger, { format: 1, ...user, command: platformCommand() });
    await until('the e-mail is free', async () => {
      return (await ownerOf({ ledger, pseudonyms }, 'email', person.email)) === null;
    });
    expect(await platform.platform.users.register(person, platformCommand())).not.toBe(userId);

    const [gone, next] = [await createTestTenant(platform), await createTestTenant(platform)];
    const assign = async () => {
      const input = { phoneNumber: gone.number, agentId: next.agentId };
      const { assignPhoneNumber } = await next.client.request(AssignPhoneNumber, { input });
      return assignPhoneNumber.userErrors.map(({ message }) => message);
    };
    expect(await assign()).toEqual([`The number ${gone.number} is already in use.`]);
    const { tenantId } = gone;
    const tenant = { tenantId, kind: 'tenant', subjectId: tenantId, generation: 1 } as const;
    await applyErasure(ledger, { format: 1, ...tenant, command: platformCommand() });
    await until('the number is free', async () => {
      return (await ownerOf({ ledger, pseudonyms }, 'number', gone.number)) === null;
    });
    expect(await assign()).toEqual([]);
  });
});

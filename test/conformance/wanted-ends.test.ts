import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { WantedEnds } from '../../src/telephony/wanted-ends.js';
import { startTestPlatform, type TestPlatform } from '../support/platform.js';

describe('the calls that are to end', () => {
  let platform: TestPlatform;
  let admin: pg.Pool;
  let one: WantedEnds;
  let other: WantedEnds;
  beforeAll(async () => {
    platform = await startTestPlatform();
    admin = new pg.Pool({ connectionString: platform.databaseUrl, max: 1 });
    const connection = platform.storage.connection('ledger');
    one = new WantedEnds(connection);
    other = new WantedEnds(connection);
  });
  afterAll(async () => {
    await one.close();
    await other.close();
    await admin.end();
    await platform.close();
  });
  beforeEach(() => admin.query('truncate ops.wanted_ends'));

  const streams = (ends: readonly { stream: string }[]) => ends.map(({ stream }) => stream).sort();
  /** So much time goes by. */
  const pass = (seconds: number) =>
    admin.query("update ops.wanted_ends set next_at = next_at - $1 * interval '1 second'", [seconds]);

  it('are tried by one process at a time', async () => {
    for (const stream of ['a', 'b', 'c', 'a']) await one.add(stream);
    const [first, second] = await Promise.all([one.claim(2), other.claim(2)]);
    expect(streams([...first, ...second])).toEqual(['a', 'b', 'c']);
    expect(await other.claim(10)).toEqual([]);
  });

  it('are tried by another one where theirs has died', async () => {
    await one.add('a');
    await one.claim(10);
    await pass(9);
    expect(await other.claim(10)).toEqual([]);
    await pass(1);
    expect(await other.claim(10)).toEqual([{ stream: 'a', attempts: 2 }]);
  });

  it('are tried at longer and longer intervals, while others are tried at once', async () => {
    await one.add('stubborn');
    for (const seconds of [1, 2, 4, 5, 5]) {
      expect(streams(await one.claim(10))).toEqual(['stubborn']);
      await one.postpone('stubborn');
      // Noted once more by a process whose reactor is behind.
      await other.add('stubborn');
      await pass(seconds - 0.5);
      await other.add('new');
      expect(streams(await one.claim(10))).toEqual(['new']);
      await one.remove('new');
      await pass(0.5);
    }
  });

  it('are those that wait longest, where there are many', async () => {
    await one.add('late');
    await pass(1);
    await one.add('later');
    expect(streams(await one.claim(1))).toEqual(['late']);
  });

  it('have nobody in them who has ended', async () => {
    await one.add('a');
    await one.claim(1);
    await one.remove('a');
    await pass(60);
    expect(await one.claim(10)).toEqual([]);
  });
});

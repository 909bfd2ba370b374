import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { newId, toBase32 } from '../../src/domain/ids.js';
import { accessStream } from '../../src/domain/stream.js';
import { startTestLedger, type TestLedger, testContext } from '../support/ledger.js';

jest.setTimeout(60_000);

const STREAMS = 16;
const WINDOW_MS = 1_000;
const WINDOWS = 5;
/** What a busy machine may take. With a row that every append updates, a fourth is left after five seconds. */
const SLOWEST = 0.4;

describe('while somebody has a snapshot open, for a dump or an export,', () => {
  let test: TestLedger;
  let client: pg.Client;
  beforeAll(async () => {
    test = await startTestLedger();
    client = new pg.Client(test.url);
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await test.close();
  });

  const tenantId = newId('tenant');
  const event = { type: 'RecordsRead', data: { permission: 'calls:read', subject: null } } as const;
  const streams = Array.from({ length: STREAMS }, () => ({
    name: accessStream(tenantId, toBase32(randomBytes(16))),
    revision: -1,
  }));

  /** How many appends there are in a second, one after the other in each stream. */
  const appendsInAWindow = async (): Promise<number> => {
    const endMs = performance.now() + WINDOW_MS;
    let appends = 0;
    await Promise.all(
      streams.map(async (stream) => {
        while (performance.now() < endMs) {
          const expected = stream.revision === -1 ? 'none' : stream.revision;
          const context = testContext(randomUUID());
          stream.revision = (await test.ledger.append(stream.name, [event], expected, context)).revision;
          appends++;
        }
      }),
    );
    return appends;
  };

  it('appends stay as fast as they were', async () => {
    await appendsInAWindow();
    const before: number[] = [];
    for (let window = 0; window < WINDOWS; window++) before.push(await appendsInAWindow());
    await client.query('begin isolation level repeatable read');
    const { rows } = await client.query('select count(*) as seen from ledger.events');
    const during: number[] = [];
    for (let window = 0; window < WINDOWS; window++) during.push(await appendsInAWindow());
    // It sees what it saw: it was open all the time.
    expect((await client.query('select count(*) as seen from ledger.events')).rows).toEqual(rows);
    await client.query('commit');
    expect(Math.max(...during.slice(-2)) / median(before)).toBeGreaterThan(SLOWEST);
  });
});

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

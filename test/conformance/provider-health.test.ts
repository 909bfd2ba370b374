import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { loginConfig } from '../../src/database/roles.js';
import { silentLogger } from '../../src/domain/logger.js';
import { ProviderHealth } from '../../src/live/provider-health.js';
import { Breakers } from '../../src/providers/resilience/breakers.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { until } from '../support/postgres/until.js';
import { testMasterKey } from '../support/secrets.js';

describe("the providers' health", () => {
  let database: TestDatabase;
  const started: ProviderHealth[] = [];
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((health) => health.stop()));
    await database.drop();
  });

  const start = (worker: string, breakers: Breakers): ProviderHealth => {
    const connection = loginConfig(database.url, testMasterKey, 'ledger');
    const health = new ProviderHealth({ connection, worker, breakers, logger: silentLogger });
    started.push(health);
    health.start();
    return health;
  };
  const failing = (times: number): Breakers => {
    const breakers = new Breakers();
    const breaker = breakers.of('openai', 'language_model');
    const { signal } = new AbortController();
    for (let n = 0; n < times; n++) breaker.begin(signal).fail(new Error('down'));
    return breakers;
  };

  it('is known of every process, a breaker that opens at once', async () => {
    const breakers = failing(4);
    const one = start('one', new Breakers());
    const two = start('two', breakers);
    await until('the first process knows', async () => (await one.read()).length === 1);
    breakers.of('openai', 'language_model').begin(new AbortController().signal).fail(new Error('down'));
    const [own] = await two.read();
    expect(own).toMatchObject({ worker: 'two', state: 'open', failures: 5, lastError: 'down' });
    await until('the first process knows of it', async () => (await one.read())[0]?.state === 'open');
    const [seen] = await one.read();
    expect(seen).toEqual(own);
  });

  it('is forgotten of a process that is gone', async () => {
    const one = start('one', new Breakers());
    start('two', failing(1));
    await until('the first process knows', async () => (await one.read()).length === 1);
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query(`update ops.provider_health set seen_at = now() - interval '16 seconds'`);
    await client.end();
    expect(await one.read()).toEqual([]);
  });
});

import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { loginConfig } from '../../src/database/roles.js';
import { silentLogger } from '../../src/domain/logger.js';
import { Heartbeat } from '../../src/telephony/heartbeat.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { until } from '../support/postgres/until.js';
import { testMasterKey } from '../support/secrets.js';

let database: TestDatabase;
const beating: Heartbeat[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const heartbeat of beating.splice(0)) await heartbeat.stop();
});
afterAll(() => database.drop());

interface Told {
  readonly carriesMedia: boolean;
  readonly isOverloaded: boolean;
  readonly places: number;
}

const beat = async (worker: string, { carriesMedia, ...load }: Told): Promise<Heartbeat> => {
  const connection = loginConfig(database.url, testMasterKey, 'ledger');
  const heartbeat = new Heartbeat({
    connection,
    worker,
    load: () => ({ calls: 0, ...load }),
    logger: silentLogger,
  });
  beating.push(heartbeat);
  await heartbeat.start(carriesMedia);
  return heartbeat;
};

it('tells for how many calls the others have room together', async () => {
  const free = { carriesMedia: true, isOverloaded: false, places: 3 };
  const asks = await beat('asks', free);
  expect([asks.hasRoomElsewhere, asks.placesElsewhere]).toEqual([false, 0]);
  await beat('one', free);
  await beat('unlimited', { ...free, places: Number.POSITIVE_INFINITY });
  await beat('carries none', { ...free, carriesMedia: false });
  await beat('full', { ...free, isOverloaded: true });
  await until('it knows of them', async () => asks.placesElsewhere === 100_003);
  expect(asks.hasRoomElsewhere).toBe(true);
});

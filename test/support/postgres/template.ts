import pg from 'pg';
import { prepareDatabase } from '../../../src/database/prepare.js';
import { testKeys } from '../secrets.js';

/**
 * Builds what every test database begins with, in the empty database at `url` (as the superuser). It runs once a
 * test run; no connection to that database may be left open.
 */
export const prepareTemplate = async (url: string): Promise<void> => {
  await prepareDatabase({ adminUrl: url, ...testKeys });
  const client = new pg.Client(url);
  await client.connect();
  // Who is first in a copy of it says which: there are tests of installations with other keys, and generated ones.
  await client.query("delete from keys.checks where name = 'index'");
  await client.end();
};

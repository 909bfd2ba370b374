import { createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { prepareDatabase } from '../../src/database/prepare.js';
import { loginConfig } from '../../src/database/roles.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres/test-database.js';
import { makeTestDirectory, removeTestDirectory } from '../support/postgres/test-directory.js';
import { testKeys, testMasterKey } from '../support/secrets.js';

describe('the database', () => {
  let database: TestDatabase;
  let owner: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new pg.Client(database.url);
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await database.drop();
  });

  it('may be prepared again, and by several processes at once', async () => {
    const prepare = () => prepareDatabase({ adminUrl: database.url, ...testKeys });
    const migrations = async () =>
      (await owner.query('select * from ops.kysely_migration order by name')).rows;
    const before = await migrations();
    await Promise.all([prepare(), prepare(), prepare()]);
    expect(before).not.toEqual([]);
    expect(await migrations()).toEqual(before);
  });

  it('is left as it is where the master key is another', async () => {
    const masterKey = createSecretKey(randomBytes(32));
    await expect(prepareDatabase({ adminUrl: database.url, ...testKeys, masterKey })).rejects.toThrow(
      /LEDGERLINE_MASTER_KEY isn't the key that this database was made with/,
    );
    // Its processes have not lost their logins.
    const projector = new pg.Client(loginConfig(database.url, testMasterKey, 'projector'));
    await projector.connect();
    await projector.end();
  });

  it('is not made on a server whose logins are of an installation with another master key', async () => {
    const name = `other_${randomBytes(4).toString('hex')}`;
    await owner.query(`create database ${name} template template0 encoding 'UTF8'`);
    try {
      const adminUrl = database.url.replace(/[^/]+$/, name);
      const masterKey = createSecretKey(randomBytes(32));
      await expect(prepareDatabase({ adminUrl, ...testKeys, masterKey })).rejects.toThrow(
        /Another database of this PostgreSQL server is a Ledgerline with another LEDGERLINE_MASTER_KEY/,
      );
      await prepareDatabase({ adminUrl, ...testKeys });
    } finally {
      await owner.query(`drop database ${name}`);
    }
    const projector = new pg.Client(loginConfig(database.url, testMasterKey, 'projector'));
    await projector.connect();
    await projector.end();
  });

  it('is left as it is where the index key is another', async () => {
    const checks = async () => (await owner.query('select * from keys.checks order by name')).rows;
    await prepareDatabase({ adminUrl: database.url, ...testKeys });
    const before = await checks();
    const indexKey = createSecretKey(randomBytes(32));
    await expect(prepareDatabase({ adminUrl: database.url, ...testKeys, indexKey })).rejects.toThrow(
      /LEDGERLINE_INDEX_KEY isn't the key that this database was made with/,
    );
    expect(before.map(({ name }) => name)).toEqual(['index', 'master']);
    expect(await checks()).toEqual(before);
  });

  it.each(['update ledger.events set type = type', 'delete from ledger.events', 'truncate ledger.events'])(
    'refuses even its owner: %s',
    async (statement) => {
      await expect(owner.query(statement)).rejects.toThrow('The ledger is append-only');
    },
  );

  it('is refused where a login could bypass row-level security', async () => {
    // On a server of its own: logins are the whole server's, and other tests need theirs.
    const dataDir = await makeTestDirectory();
    const server = await startEmbeddedPostgres({ dataDir, fsync: false });
    try {
      const access = { adminUrl: server.superuserUrl(), ...testKeys };
      await prepareDatabase(access);
      const admin = new pg.Client(access.adminUrl);
      await admin.connect();
      await admin.query('alter role ledgerline_operator bypassrls');
      await admin.end();
      await expect(prepareDatabase(access)).rejects.toThrow(
        /ledgerline_operator may bypass row-level security; run: alter role ledgerline_operator/,
      );
    } finally {
      await server.stop();
      await removeTestDirectory(dataDir);
    }
  });

  it('says what to do where it cannot be reached', async () => {
    const adminUrl = 'postgres://nobody@127.0.0.1:1/nothing';
    await expect(prepareDatabase({ adminUrl, ...testKeys })).rejects.toThrow(
      /PostgreSQL can't be reached .*; check DATABASE_URL/,
    );
  });
});

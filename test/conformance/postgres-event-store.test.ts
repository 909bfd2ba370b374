import { loginConfig } from '../../src/database/roles.js';
import { PostgresEventStore } from '../../src/ledger/postgres/postgres-event-store.js';
import { createTestDatabase } from '../support/postgres/test-database.js';
import { testMasterKey } from '../support/secrets.js';
import { describeEventStore } from './event-store.js';

describeEventStore('PostgreSQL', async () => {
  const database = await createTestDatabase();
  const open = () => new PostgresEventStore(loginConfig(database.url, testMasterKey, 'ledger'));
  const [store, other] = [open(), open()];
  return {
    store,
    other,
    close: async () => {
      await Promise.all([store.close(), other.close()]);
      await database.drop();
    },
  };
});

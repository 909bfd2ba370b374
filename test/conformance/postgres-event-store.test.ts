import { loginConfig } from '../../src/database/roles.js';
import { PostgresEventStore } from '../../src/ledger/postgres/postgres-event-store.js';
import { createTestDatabase } from '../support/postgres/test-database.js';
import { testMasterKey } from '../support/secrets.js';
import { startTcpProxy } from '../support/tcp-proxy.js';
import { describeEventStore } from './event-store.js';

describeEventStore('PostgreSQL', async () => {
  const database = await createTestDatabase();
  const { hostname, port } = new URL(database.url);
  const line = await startTcpProxy({ host: hostname, port: Number(port) });
  const url = line.urlOf(database.url);
  const open = () => new PostgresEventStore(loginConfig(url, testMasterKey, 'ledger'));
  const [store, other] = [open(), open()];
  return {
    store,
    other,
    loseConnections: async () => {
      await line.cut();
      await line.restore();
    },
    close: async () => {
      await Promise.all([store.close(), other.close()]);
      await line.close();
      await database.drop();
    },
  };
});

import { loginConfig } from '../../src/database/roles.js';
import { PostgresEventStore } from '../../src/ledger/postgres/postgres-event-store.js';
import { createTestDatabase } from '../support/postgres/test-database.js';
import { testMasterKey } from '../support/secrets.js';
import { type LineFault, startTcpProxy } from '../support/tcp-proxy.js';
import { describeEventStore } from './event-store.js';
import { describeFailingEventStore } from './failing-event-store.js';

/** A database of its own, and a way to it that can fail. */
const startDatabase = async (faultOf?: (request: Buffer) => LineFault | undefined) => {
  const database = await createTestDatabase();
  const { hostname, port } = new URL(database.url);
  const line = await startTcpProxy({ host: hostname, port: Number(port) }, faultOf);
  const url = line.urlOf(database.url);
  return {
    line,
    open: () => new PostgresEventStore(loginConfig(url, testMasterKey, 'ledger')),
    close: async () => {
      await line.close();
      await database.drop();
    },
  };
};

describeEventStore('PostgreSQL', async () => {
  const { line, open, close } = await startDatabase();
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
      await close();
    },
  };
});

describeFailingEventStore('PostgreSQL', async () => {
  let sent = 0;
  let held: Promise<void> | undefined;
  const faults: LineFault[] = [];
  // The statement's name, which every append carries.
  const isAppend = (request: Buffer) => request.includes('append_batch');
  const { line, open, close } = await startDatabase((request) => {
    if (!isAppend(request)) return undefined;
    sent++;
    return faults.shift() ?? held;
  });
  const store = open();
  const lose = (fault: LineFault) => (count: number) => {
    faults.push(...Array.from({ length: count }, () => fault));
  };
  return {
    store,
    room: { underWay: 200, waiting: 10_000 },
    sent: () => sent,
    loseAnswers: lose('lost answer'),
    loseRequests: lose('lost request'),
    hold: () => {
      let release: () => void = () => undefined;
      held = new Promise((resolve) => {
        release = resolve;
      });
      return async () => {
        held = undefined;
        release();
      };
    },
    stop: () => line.cut(),
    resume: () => line.restore(),
    close: async () => {
      await store.close();
      await close();
    },
  };
});

import { EventStoreDbEventStore } from '../../src/ledger/eventstoredb/eventstoredb-event-store.js';
import { EventStoreDbEmulator } from '../emulators/eventstoredb/emulator.js';
import { describeEventStore } from './event-store.js';

describeEventStore('EventStoreDB, emulated on its wire', async () => {
  const emulator = await EventStoreDbEmulator.start();
  // The ledger isn't alone in the log.
  emulator.log.appendSystemEvent();
  const store = new EventStoreDbEventStore(emulator.url());
  const other = new EventStoreDbEventStore(emulator.discoveryUrl());
  return {
    store,
    other,
    loseConnections: () => emulator.restart(),
    close: async () => {
      await Promise.all([store.close(), other.close()]);
      await emulator.close();
    },
  };
});

const { EVENTSTORE_URL: url } = process.env;
if (url) {
  describeEventStore('a real EventStoreDB', async () => {
    const [store, other] = [new EventStoreDbEventStore(url), new EventStoreDbEventStore(url)];
    return {
      store,
      other,
      // It isn't ours to interrupt.
      loseConnections: async () => undefined,
      close: async () => {
        await Promise.all([store.close(), other.close()]);
      },
    };
  });
}

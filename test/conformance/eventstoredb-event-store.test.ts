import { EventStoreDbEventStore } from '../../src/ledger/eventstoredb/eventstoredb-event-store.js';
import { EventStoreDbEmulator } from '../emulators/eventstoredb/emulator.js';
import type { AppendFault } from '../emulators/eventstoredb/faults.js';
import { describeEventStore } from './event-store.js';
import { describeFailingEventStore } from './failing-event-store.js';

const ROOM = { underWay: 50, waiting: 200 };

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

describeFailingEventStore('EventStoreDB, emulated on its wire', async () => {
  const emulator = await EventStoreDbEmulator.start();
  const room = { maxRunning: ROOM.underWay, maxWaiting: ROOM.waiting };
  const store = new EventStoreDbEventStore(emulator.url(), { appends: room });
  const { appends } = emulator.faults;
  const next = (fault: AppendFault) => (count: number) => {
    appends.push(...Array.from({ length: count }, () => fault));
  };
  return {
    store,
    room: ROOM,
    sent: () => emulator.appends,
    loseAnswers: next('lost reply'),
    loseRequests: next('unavailable'),
    hold: () => {
      next('late reply')(ROOM.underWay);
      return async () => {
        appends.length = 0;
        for (const send of emulator.lateReplies) send();
      };
    },
    stop: async () => emulator.stop(),
    resume: () => emulator.resume(),
    close: async () => {
      await store.close();
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

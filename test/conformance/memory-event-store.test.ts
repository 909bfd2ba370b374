import { MemoryEventStore } from '../support/memory-event-store.js';
import { describeEventStore } from './event-store.js';

describeEventStore('memory, for tests', async () => {
  const store = new MemoryEventStore();
  return { store, other: store, close: () => store.close() };
});

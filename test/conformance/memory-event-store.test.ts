import { MemoryEventStore } from '../support/memory-event-store.js';
import { describeEventStore } from './event-store.js';

describeEventStore('memory, for tests', async () => {
  const store = new MemoryEventStore();
  const loseConnections = async () => undefined;
  return { store, other: store, loseConnections, close: () => store.close() };
});

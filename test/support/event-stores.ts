import { EventStoreDbEmulator } from '../emulators/eventstoredb/emulator.js';

/** `LEDGERLINE_TEST_STORE=eventstoredb`: the platforms of the run keep their ledgers in an EventStoreDB, emulated. */
const IS_ON_EVENTSTOREDB = process.env.LEDGERLINE_TEST_STORE === 'eventstoredb';

/** By the database that a platform has beside it: whoever works on that database shares the ledger. */
const eventStores = new Map<string, EventStoreDbEmulator>();

/** Where the ledger beside a database is; `undefined`: in it. */
export const eventStoreUrlOf = (databaseUrl: string): string | undefined =>
  eventStores.get(databaseUrl)?.url();

/**
 * The ledger beside a new database: a test's own EventStoreDB, or one where the run's ledgers are in EventStoreDB. Returns
 * what ends it.
 */
export const startEventStore = async (
  databaseUrl: string,
  own?: EventStoreDbEmulator,
): Promise<() => Promise<void>> => {
  if (!own && !IS_ON_EVENTSTOREDB) return async () => undefined;
  const eventStore = own ?? (await EventStoreDbEmulator.start());
  eventStores.set(databaseUrl, eventStore);
  return async () => {
    eventStores.delete(databaseUrl);
    await eventStore.close();
  };
};

/** Two databases beside one ledger. Returns what ends it. */
export const shareEventStore = (databaseUrl: string, otherUrl: string): (() => void) => {
  const eventStore = eventStores.get(databaseUrl);
  if (eventStore) eventStores.set(otherUrl, eventStore);
  return () => void eventStores.delete(otherUrl);
};
